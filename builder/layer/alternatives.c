// SPDX-License-Identifier: Apache-2.0
#include "layer/alternatives.h"

#include <fnmatch.h>
#include <string.h>

#include "base/mem.h"

/* The priorities are those of the packages' own scripts. */
static const struct {
	const char *target; /* fnmatch(3) pattern of a path */
	const char *link;   /* ending in "/": the target's own name in there */
	int priority;
} rows[] = {
	{"usr/lib/jvm/*/bin/*",       "usr/bin/",          0 },
	{"usr/bin/mawk",              "usr/bin/awk",       5 },
	{"usr/bin/mawk",              "usr/bin/nawk",      5 },
	{"usr/bin/gawk",              "usr/bin/awk",       10},
	{"usr/bin/gawk",              "usr/bin/nawk",      10},
	{"usr/bin/which.debianutils", "usr/bin/which",     0 },
	{"usr/bin/which.gnu",         "usr/bin/which",     1 },
	{"usr/bin/more",              "usr/bin/pager",     50},
	{"usr/bin/less",              "usr/bin/pager",     77},
	{"usr/bin/vim.tiny",          "usr/bin/vi",        15},
	{"usr/bin/vim.tiny",          "usr/bin/vim",       15},
	{"usr/bin/vim.basic",         "usr/bin/vi",        30},
	{"usr/bin/vim.basic",         "usr/bin/vim",       30},
	{"usr/bin/nc.traditional",    "usr/bin/nc",        10},
	{"usr/bin/nc.openbsd",        "usr/bin/nc",        50},
	{"usr/bin/gcc",               "usr/bin/cc",        20},
	{"usr/bin/g++",               "usr/bin/c++",       20},
	{"usr/sbin/iptables-legacy",  "usr/sbin/iptables", 10},
	{"usr/sbin/iptables-nft",     "usr/sbin/iptables", 20},
};

struct alternative {
	const char *link, *target;
	int priority;
};

/* Of two of the same priority the later version wins: java-17 over java-11. */
static bool is_better(const struct alternative *x, const struct alternative *than)
{
	if (x->priority != than->priority)
		return x->priority > than->priority;
	return strverscmp(x->target, than->target) > 0;
}

static void propose(struct alternatives *a, const struct alternative *x)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i].link, x->link) == 0) {
			if (is_better(x, &a->v[i]))
				a->v[i] = *x;
			return;
		}
	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 16;
		a->v = mem_grow(a->v, a->cap, sizeof *a->v);
	}
	a->v[a->n++] = *x;
}

void alternatives_see(struct alternatives *a, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct alternative x = {.priority = rows[i].priority};
		size_t n = strlen(rows[i].link);

		if (fnmatch(rows[i].target, name, FNM_PATHNAME) != 0)
			continue;
		x.target = arena_dup(&a->arena, name);
		x.link = rows[i].link[n - 1] == '/' ? arena_printf(&a->arena, "%s%s", rows[i].link,
		                                                   strrchr(name, '/') + 1)
		                                    : rows[i].link;
		propose(a, &x);
	}
}

static int by_link(const void *x, const void *y)
{
	return strcmp(((const struct alternative *)x)->link, ((const struct alternative *)y)->link);
}

int alternatives_add(const struct alternatives *a, struct layer_writer *w, struct err *e)
{
	if (a->n)
		qsort(a->v, a->n, sizeof *a->v, by_link);
	for (size_t i = 0; i < a->n; i++) {
		const char *name = strrchr(a->v[i].link, '/') + 1;
		AUTO(str) char *middle = mem_printf("/etc/alternatives/%s", name);
		AUTO(str) char *target = mem_printf("/%s", a->v[i].target);

		if (layer_has(w, a->v[i].link) || layer_has(w, middle + 1))
			continue;
		if (layer_add_symlink(w, middle + 1, target, e) < 0 ||
		    layer_add_symlink(w, a->v[i].link, middle, e) < 0)
			return -1;
	}
	return 0;
}

void alternatives_done(struct alternatives *a)
{
	free(a->v);
	arena_done(&a->arena);
	*a = (struct alternatives){0};
}
