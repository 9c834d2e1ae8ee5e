// SPDX-License-Identifier: Apache-2.0
#include <fnmatch.h>
#include <string.h>

#include "base/mem.h"
#include "layer/debfiles.h"
#include "layer/kinds.h"
#include "layer/ldcache.h"
#include "layer/passwd.h"
#include "layer/truststore.h"

#define PASSWD_MASTER "usr/share/base-passwd/passwd.master"
#define GROUP_MASTER "usr/share/base-passwd/group.master"
#define NSSWITCH "usr/share/libc-bin/nsswitch.conf"

static const char *const patterns[] = {
	PASSWD_MASTER,    GROUP_MASTER,
	NSSWITCH,         "usr/share/ca-certificates/*/*.crt",
	"etc/ld.so.conf", "etc/ld.so.conf.d/*.conf",
};

struct system {
	const struct system_layer *what;
	struct layer_writer *w;
	struct debfiles files;
};

static void system_done(struct system *s)
{
	debfiles_done(&s->files);
}

/* The folder as the layers below have it, or NULL. */
static const struct entry *below(const struct system *s, const char *name)
{
	for (size_t i = s->what->npaths; i; i--) {
		const struct path *p = paths_find(s->what->paths[i - 1], name);

		if (p)
			return &p->entry;
	}
	return NULL;
}

/* A parent left to the writer would be 0755 and root's, whatever it is below. */
static int keep_parents(const struct system *s, const char *name, struct err *e)
{
	for (const char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		AUTO(str) char *dir = mem_printf("%.*s", (int)(p - name), name);
		const struct entry *have = below(s, dir);
		struct entry copy;

		if (!have || have->type != ENTRY_DIR)
			continue;
		copy = *have;
		copy.mtime = ENTRY_FIXED_TIME; /* an index of paths knows no times */
		if (layer_add(s->w, &copy, NULL, NULL, e) < 0)
			return -1;
	}
	return 0;
}

static int add_text(const struct system *s, const char *name, const void *p, size_t n,
                    struct err *e)
{
	if (keep_parents(s, name, e) < 0)
		return -1;
	return layer_add_bytes(s->w, name, 0644, p, n, e);
}

/* A home that is there already stays whose it is. */
static int add_home(const struct system *s, const struct account *x, struct err *e)
{
	AUTO_DONE(buf) struct buf home = {0};
	struct entry dir = {.type = ENTRY_DIR, .mode = 0755, .mtime = ENTRY_FIXED_TIME};

	dir.name = passwd_home(x, &home);
	dir.name += strspn(dir.name, "/");
	dir.uid = x->uid;
	dir.gid = x->gid;
	if (!*dir.name || below(s, dir.name) || layer_has(s->w, dir.name))
		return 0;
	if (keep_parents(s, dir.name, e) < 0)
		return -1;
	return layer_add(s->w, &dir, NULL, NULL, e);
}

static int add_accounts(const struct system *s, struct err *e)
{
	const struct debfile *users = debfiles_find(&s->files, PASSWD_MASTER);
	const struct debfile *groups = debfiles_find(&s->files, GROUP_MASTER);
	AUTO_DONE(buf) struct buf passwd = {0};
	AUTO_DONE(buf) struct buf group = {0};

	if (passwd_write(users ? users->bytes : NULL, groups ? groups->bytes : NULL,
	                 s->what->accounts, s->what->naccounts, &passwd, &group, e) < 0 ||
	    add_text(s, "etc/group", group.p, group.len, e) < 0 ||
	    add_text(s, "etc/passwd", passwd.p, passwd.len, e) < 0)
		return -1;
	for (size_t i = 0; i < s->what->naccounts; i++)
		if (add_home(s, &s->what->accounts[i], e) < 0)
			return -1;
	return 0;
}

static int add_loader_cache(const struct system *s, struct err *e)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(buf) struct buf cache = {0};
	struct ld_dirs dirs;

	ld_dirs_read(&dirs, &s->files, &a);
	if (!dirs.n ||
	    !ldcache_write(&cache, &dirs, s->what->paths, s->what->npaths, s->what->arch))
		return 0;
	return add_text(s, "etc/ld.so.cache", cache.p, cache.len, e);
}

static bool has_java(const struct system *s)
{
	for (size_t i = 0; i < s->what->npaths; i++)
		for (size_t k = 0; k < s->what->paths[i]->n; k++)
			if (fnmatch("usr/lib/jvm/*/bin/java", s->what->paths[i]->v[k].entry.name,
			            FNM_PATHNAME) == 0)
				return true;
	return false;
}

static int add_trust(const struct system *s, struct err *e)
{
	if (keep_parents(s, "etc/ssl/certs/java/cacerts", e) < 0)
		return -1;
	return truststore_add(s->w, &s->files, has_java(s), e);
}

static int fill(const struct system *s, struct err *e)
{
	const struct debfile *nss = debfiles_find(&s->files, NSSWITCH);

	if (add_accounts(s, e) < 0 || add_trust(s, e) < 0 || add_loader_cache(s, e) < 0)
		return -1;
	if (nss && add_text(s, "etc/nsswitch.conf", nss->bytes, nss->n, e) < 0)
		return -1;
	return below(s, "tmp") ? 0 : layer_add_dir(s->w, "tmp", 01777, e);
}

int layer_system(struct store *st, unsigned threads, const struct system_layer *what,
                 struct layer *ret, struct err *e)
{
	AUTO_DONE(system) struct system s = {.what = what};
	AUTO(layer) struct layer_writer *w = NULL;

	if (debfiles_read(&s.files, st, what->sets, what->nsets, patterns, ARRAY_LEN(patterns), e) <
	            0 ||
	    layer_open(st, threads, &w, e) < 0)
		return err_ctx(e, "system layer");
	s.w = w;
	if (fill(&s, e) < 0)
		return err_ctx(e, "system layer");
	return layer_close(w, ret, e);
}
