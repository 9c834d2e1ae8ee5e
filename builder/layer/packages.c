// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "layer/alternatives.h"
#include "layer/kinds.h"
#include "layer/usrmerge.h"
#include "source/deb.h"
#include "source/name.h"

/* A package and what its own control file says about the others. */
struct member {
	const struct package *p;
	const char *replaces; /* " a b c " */
	bool placed;
};

struct unpack {
	struct store *store;
	struct layer_writer *w;
	struct alternatives alternatives;
	struct buf name, link;
};

static void unpack_done(struct unpack *u)
{
	alternatives_done(&u->alternatives);
	buf_done(&u->name);
	buf_done(&u->link);
}

static int open_package(struct store *s, const struct package *p, struct deb **ret,
                        struct deb_control *ret_control, struct err *e)
{
	AUTO(str) char *label = mem_printf("package %s", p->name);
	int fd;

	if (!store_has(s->payloads, &p->sha256, NULL) ||
	    store_open_file(s->payloads, &p->sha256, &fd, e) < 0)
		return err_set(e, ERR_SYS, "package %s is not in the store", p->name);
	return deb_open(fd, &p->sha256, label, ret, ret_control, e);
}

/* "a (<< 1.2), b" as " a b ". */
static const char *names_of(const char *list, struct arena *a)
{
	AUTO_DONE(buf) struct buf b = {0};

	buf_add(&b, " ");
	while (*list) {
		size_t n;

		list += strspn(list, " \t,|");
		n = strcspn(list, " \t,|(:");
		if (n)
			buf_printf(&b, "%.*s ", (int)n, list);
		list += strcspn(list, ",|");
	}
	return arena_dup(a, buf_str(&b));
}

static bool says_replaces(const struct member *x, const char *name)
{
	AUTO(str) char *word = mem_printf(" %s ", name);

	return strstr(x->replaces, word) != NULL;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct member *)x)->p->name, ((const struct member *)y)->p->name);
}

/* Whoever takes over another's files comes before it, so that its own are there first; else the
 * names decide. */
static void place(struct member *v, size_t n, size_t at, const struct member **order, size_t *done)
{
	if (v[at].placed)
		return;
	v[at].placed = true;
	for (size_t i = 0; i < n; i++)
		if (says_replaces(&v[i], v[at].p->name))
			place(v, n, i, order, done);
	order[(*done)++] = &v[at];
}

static int read_members(struct store *s, const struct package_set *set, struct arena *a,
                        const struct member ***ret, struct err *e)
{
	const struct member **order = arena_alloc(a, set->n, sizeof(void *));
	struct member *v = arena_alloc(a, set->n, sizeof *v);
	size_t done = 0;

	for (size_t i = 0; i < set->n; i++) {
		AUTO_DONE(deb_control) struct deb_control control = {0};
		AUTO_DONE(buf) struct buf replaces = {0};
		AUTO(deb) struct deb *d = NULL;

		v[i].p = &set->v[i];
		if (open_package(s, v[i].p, &d, &control, e) < 0)
			return -1;
		deb_control_field(&control, "Replaces", &replaces);
		v[i].replaces = names_of(buf_str(&replaces), a);
	}
	qsort(v, set->n, sizeof *v, by_name);
	for (size_t i = 0; i < set->n; i++)
		place(v, set->n, i, order, &done);
	*ret = order;
	return 0;
}

static int give_data(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	return tarball_read(ctx, buf, cap, ret_n, e);
}

static int hash_data(struct tarball *t, struct digest *ret, struct err *e)
{
	AUTO_DONE(hash) struct hash h = {0};
	char bytes[16384];
	size_t n = 1;

	while (n) {
		if (tarball_read(t, bytes, sizeof bytes, &n, e) < 0)
			return -1;
		hash_add(&h, bytes, n);
	}
	hash_end(&h, ret->bytes);
	return 0;
}

/* 1: the path is taken, and that is as it should be: folders are shared, equal files and links do
 * not matter, and a package that replaces this one came before it. */
static int is_taken(const struct unpack *u, const struct entry *x, struct tarball *t, bool replaced,
                    struct err *e)
{
	const struct path *have = layer_find(u->w, x->name);
	struct digest d, first;

	if (!have)
		return 0;
	if ((x->type == ENTRY_DIR && have->entry.type == ENTRY_DIR) || replaced)
		return 1;
	if (x->type == ENTRY_SYMLINK && have->entry.type == ENTRY_SYMLINK &&
	    strcmp(x->link, have->entry.link) == 0)
		return 1;
	if (x->type == ENTRY_FILE && have->entry.type == ENTRY_FILE) {
		first = have->digest;
		if (hash_data(t, &d, e) < 0)
			return -1;
		if (digest_eq(&d, &first))
			return 1;
	}
	err_set(e, ERR_VERIFY, "entry %s: another package of the set has it too",
	        name_quote(x->name));
	return err_hint(e, "choose one of the two packages: dpkg would refuse the second as well");
}

static int add_entry(struct unpack *u, const struct package *p, struct entry *x, struct tarball *t,
                     bool replaced, struct err *e)
{
	int taken;

	if (!usrmerge_entry(x, &u->name, &u->link))
		return 0;
	taken = is_taken(u, x, t, replaced, e);
	if (taken)
		return taken < 0 ? -1 : 0;
	/* A folder's setgid bit only hands its group on. */
	if (x->type == ENTRY_FILE && x->mode & 06000) {
		log_say("package %s: %s is no longer %s", p->name, name_quote(x->name),
		        x->mode & 04000 ? "setuid" : "setgid");
		x->mode &= 01777;
	}
	if (layer_add(u->w, x, give_data, t, e) < 0)
		return -1;
	if (x->type != ENTRY_DIR)
		alternatives_see(&u->alternatives, x->name);
	return 0;
}

/* What scanners of images without dpkg read. */
static int add_status(struct unpack *u, const struct package *p, const struct deb_control *c,
                      struct err *e)
{
	AUTO(str) char *status = mem_printf("var/lib/dpkg/status.d/%s", p->name);
	AUTO(str) char *sums = mem_printf("%s.md5sums", status);

	if (layer_add_bytes(u->w, status, 0644, c->control.p, c->control.len, e) < 0)
		return -1;
	return layer_add_bytes(u->w, sums, 0644, buf_str(&c->md5sums), c->md5sums.len, e);
}

static int check_control(const struct package *p, const struct deb_control *c, struct err *e)
{
	const char *const said[][2] = {
		{"Package", p->name   },
                {"Version", p->version}
        };
	AUTO_DONE(buf) struct buf field = {0};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		deb_control_field(c, said[i][0], &field);
		if (strcmp(field.p + strspn(field.p, " \t"), said[i][1]) != 0)
			return err_set(e, ERR_VERIFY, "package %s %s: the file says %s:%s", p->name,
			               p->version, said[i][0], field.p);
	}
	return 0;
}

static int add_package(struct unpack *u, const struct package *p, bool replaced, struct err *e)
{
	AUTO_DONE(deb_control) struct deb_control control = {0};
	AUTO(deb) struct deb *d = NULL;
	struct tarball *t;
	struct entry x;
	int got;

	if (open_package(u->store, p, &d, &control, e) < 0 || check_control(p, &control, e) < 0)
		return -1;
	t = deb_data(d);
	while ((got = tarball_next(t, &x, e)) > 0)
		if (add_entry(u, p, &x, t, replaced, e) < 0)
			return err_ctx(e, "package %s", p->name);
	if (got < 0)
		return err_ctx(e, "package %s", p->name);
	if (deb_finish(d, e) < 0)
		return -1;
	return add_status(u, p, &control, e);
}

/* The root as every program expects it, before the packages that fill it. */
static int add_links(struct layer_writer *w, struct err *e)
{
	for (size_t i = 0; i < usrmerge_nlinks; i++) {
		AUTO(str) char *target = mem_printf("usr/%s", usrmerge_links[i]);

		if (layer_add_dir(w, target, 0755, e) < 0 ||
		    layer_add_symlink(w, usrmerge_links[i], target, e) < 0)
			return -1;
	}
	return 0;
}

/* What base-files has, and what only its postinst makes. */
static int add_root(struct layer_writer *w, struct err *e)
{
	static const struct {
		const char *name;
		uint32_t mode;
	} folders[] = {
		{"dev",      0755 },
                {"etc",      0755 },
                {"home",     0755 },
                {"proc",     0755 },
		{"root",     0700 },
                {"run",      0755 },
                {"sys",      0755 },
                {"tmp",      01777},
		{"var",      0755 },
                {"run/lock", 01777},
                {"var/tmp",  01777},
	};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (!layer_has(w, folders[i].name) &&
		    layer_add_dir(w, folders[i].name, folders[i].mode, e) < 0)
			return -1;
	if (!layer_has(w, "var/run") && layer_add_symlink(w, "var/run", "/run", e) < 0)
		return -1;
	if (!layer_has(w, "var/lock") && layer_add_symlink(w, "var/lock", "/run/lock", e) < 0)
		return -1;
	return 0;
}

static int fill(struct unpack *u, const struct package_set *set, bool lowest, struct err *e)
{
	AUTO_DONE(arena) struct arena a = {0};
	const struct member **order;

	if (read_members(u->store, set, &a, &order, e) < 0 || (lowest && add_links(u->w, e) < 0))
		return -1;
	for (size_t i = 0; i < set->n; i++) {
		bool replaced = false;

		for (size_t k = 0; k < i && !replaced; k++)
			replaced = says_replaces(order[k], order[i]->p->name);
		if (add_package(u, order[i]->p, replaced, e) < 0)
			return -1;
	}
	if (alternatives_add(&u->alternatives, u->w, e) < 0)
		return -1;
	return lowest ? add_root(u->w, e) : 0;
}

int layer_packages(struct store *s, unsigned threads, const struct package_set *set, bool lowest,
                   struct layer *ret, struct err *e)
{
	AUTO_DONE(unpack) struct unpack u = {.store = s};
	AUTO(layer) struct layer_writer *w = NULL;

	if (layer_open(s, threads, &w, e) < 0)
		return -1;
	u.w = w;
	if (fill(&u, set, lowest, e) < 0)
		return -1;
	return layer_close(w, ret, e);
}
