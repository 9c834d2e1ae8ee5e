// SPDX-License-Identifier: Apache-2.0
#include "layer/debfiles.h"

#include <fnmatch.h>
#include <string.h>

#include "layer/usrmerge.h"
#include "source/deb.h"
#include "source/name.h"

#define FILE_MAX ((uint64_t)1 << 20)

struct wanted {
	const char *const *patterns;
	size_t n;
};

static bool is_wanted(const struct wanted *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (fnmatch(w->patterns[i], name, FNM_PATHNAME) == 0)
			return true;
	return false;
}

/* Lines of md5sums ("HASH  NAME") or conffiles ("/NAME"). */
static bool lists_wanted(const struct wanted *w, const struct buf *list)
{
	for (const char *p = buf_str(list); *p;) {
		size_t n = strcspn(p, "\n"), skip = p[0] == '/' ? 1 : strcspn(p, " \n");
		AUTO(str) char *name = NULL;

		skip += strspn(p + skip, " ");
		name = mem_printf("%.*s", skip < n ? (int)(n - skip) : 0, p + skip);
		if (is_wanted(w, name))
			return true;
		p += n + (p[n] == '\n');
	}
	return false;
}

static struct debfile *slot(struct debfiles *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 64;
		f->v = mem_grow(f->v, f->cap, sizeof *f->v);
	}
	f->v[f->n] = (struct debfile){.name = arena_dup(&f->arena, name)};
	return &f->v[f->n++];
}

static int keep(struct debfiles *f, const struct entry *x, struct tarball *t, struct err *e)
{
	struct debfile *to = slot(f, x->name);
	size_t have = 0, n = 1;
	char *bytes;

	if (x->size > FILE_MAX)
		return err_set(e, ERR_VERIFY, "entry %s: is larger than it can be",
		               name_quote(x->name));
	bytes = arena_alloc(&f->arena, (size_t)x->size + 1, 1);
	while (n && have < x->size) {
		if (tarball_read(t, bytes + have, (size_t)x->size - have, &n, e) < 0)
			return -1;
		have += n;
	}
	to->bytes = bytes;
	to->n = have;
	return 0;
}

static int read_package(struct debfiles *f, struct store *s, const struct package *p,
                        const struct wanted *w, struct err *e)
{
	AUTO_DONE(deb_control) struct deb_control control = {0};
	AUTO_DONE(buf) struct buf name = {0};
	AUTO_DONE(buf) struct buf link = {0};
	AUTO(str) char *label = mem_printf("package %s", p->name);
	AUTO(deb) struct deb *d = NULL;
	struct entry x;
	int fd, got;

	if (store_open_file(s->payloads, &p->sha256, &fd, e) < 0)
		return err_ctx(e, "%s", label);
	if (deb_open(fd, &p->sha256, label, &d, &control, e) < 0)
		return -1;
	/* A package need not have sums. */
	if (control.md5sums.len && !lists_wanted(w, &control.md5sums) &&
	    !lists_wanted(w, &control.conffiles))
		return 0;
	while ((got = tarball_next(deb_data(d), &x, e)) > 0)
		if (x.type == ENTRY_FILE && usrmerge_entry(&x, &name, &link) &&
		    is_wanted(w, x.name) && keep(f, &x, deb_data(d), e) < 0)
			return err_ctx(e, "%s", label);
	return got < 0 ? err_ctx(e, "%s", label) : deb_finish(d, e);
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct debfile *)x)->name, ((const struct debfile *)y)->name);
}

int debfiles_read(struct debfiles *ret, struct store *s, const struct package_set *sets,
                  size_t nsets, const char *const *patterns, size_t npatterns, struct err *e)
{
	const struct wanted w = {patterns, npatterns};

	for (size_t i = 0; i < nsets; i++)
		for (size_t k = 0; k < sets[i].n; k++)
			if (read_package(ret, s, &sets[i].v[k], &w, e) < 0)
				return -1;
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_name);
	return 0;
}

const struct debfile *debfiles_find(const struct debfiles *f, const char *name)
{
	const struct debfile key = {.name = name};

	return f->n ? bsearch(&key, f->v, f->n, sizeof *f->v, by_name) : NULL;
}

void debfiles_done(struct debfiles *f)
{
	free(f->v);
	arena_done(&f->arena);
	*f = (struct debfiles){0};
}
