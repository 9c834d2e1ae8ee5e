// SPDX-License-Identifier: Apache-2.0
#include "layer/ldcache.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#define INCLUDE_DEPTH 8
#define LITTLE_ENDIAN_FILE 2

/* cache_file_new and file_entry_new of glibc's sysdeps/generic/dl-cache.h; little-endian here, as
 * both architectures are. */
struct cache_header {
	char magic[20]; /* "glibc-ld.so.cache" "1.1" */
	uint32_t nlibs;
	uint32_t len_strings;
	uint8_t flags;
	uint8_t padding[3];
	uint32_t extension;
	uint32_t unused[3];
};
struct cache_entry {
	int32_t flags;
	uint32_t key, value; /* offsets of strings from the file's start */
	uint32_t osversion;
	uint64_t hwcap;
};
_Static_assert(sizeof(struct cache_header) == 48, "as glibc has it");
_Static_assert(sizeof(struct cache_entry) == 24, "as glibc has it");

/* FLAG_ELF_LIBC6 and the FLAG_* of the architecture's own libraries. */
static const struct {
	const char *arch;
	int32_t flags;
} archs[] = {
	{"amd64", 0x0303},
        {"arm64", 0x0a03}
};

struct lib {
	const char *name;
	char *path;
	size_t seq;
};

struct libs {
	struct lib *v;
	size_t n, cap;
	struct arena arena;
};

static void libs_done(struct libs *l)
{
	free(l->v);
	arena_done(&l->arena);
}

/* The loader's own order (_dl_cache_libcmp): numbers by their value. */
static int compare_names(const char *p, const char *q)
{
	while (*p) {
		if (isdigit((unsigned char)*p) && isdigit((unsigned char)*q)) {
			unsigned long x = strtoul(p, (char **)(uintptr_t)&p, 10);
			unsigned long y = strtoul(q, (char **)(uintptr_t)&q, 10);

			if (x != y)
				return x < y ? -1 : 1;
		} else if (isdigit((unsigned char)*p)) {
			return 1;
		} else if (isdigit((unsigned char)*q)) {
			return -1;
		} else if (*p != *q) {
			return *p - *q;
		} else {
			p++;
			q++;
		}
	}
	return *p - *q;
}

/* Largest first, as the loader's binary search wants it; of one name the first found. */
static int by_name(const void *a, const void *b)
{
	const struct lib *x = a, *y = b;
	int c = compare_names(y->name, x->name);

	if (!c)
		c = strcmp(x->name, y->name);
	return c ? c : x->seq < y->seq ? -1 : 1;
}

static void libs_add(struct libs *l, const char *dir, const char *name)
{
	struct lib x = {.seq = l->n};

	x.path = arena_printf(&l->arena, "%s/%s", dir, name);
	x.name = strrchr(x.path, '/') + 1;
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 256;
		l->v = mem_grow(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = x;
}

/* Index of the first path that does not sort before `name`. */
static size_t lower_bound(const struct paths *p, const char *name)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(p->v[mid].entry.name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_library(const char *name)
{
	return (strncmp(name, "lib", 3) == 0 || strncmp(name, "ld-", 3) == 0) &&
	       strstr(name, ".so") != NULL && !strchr(name, '/');
}

static void find_in(struct libs *l, const struct paths *p, const char *dir)
{
	const char *below = dir + strspn(dir, "/");
	bool merged = strncmp(below, "lib/", 4) == 0 || strncmp(below, "lib64/", 6) == 0 ||
	              !strcmp(below, "lib") || !strcmp(below, "lib64");
	AUTO(str) char *prefix = mem_printf("%s%s/", merged ? "usr/" : "", below);
	size_t n = strlen(prefix);

	for (size_t i = lower_bound(p, prefix); i < p->n; i++) {
		const struct entry *x = &p->v[i].entry;

		if (strncmp(x->name, prefix, n) != 0)
			return;
		if (x->type != ENTRY_DIR && is_library(x->name + n))
			libs_add(l, dir, x->name + n);
	}
}

static void write_libs(struct buf *ret, const struct libs *l, int32_t flags)
{
	struct cache_header h = {.nlibs = (uint32_t)l->n, .flags = LITTLE_ENDIAN_FILE};
	AUTO_DONE(buf) struct buf strings = {0};
	size_t at = sizeof h + l->n * sizeof(struct cache_entry);

	memcpy(h.magic,
	       "glibc-ld.so.cache"
	       "1.1",
	       sizeof h.magic);
	for (size_t i = 0; i < l->n; i++)
		h.len_strings += (uint32_t)strlen(l->v[i].path) + 1;
	buf_put(ret, &h, sizeof h);
	for (size_t i = 0; i < l->n; i++) {
		struct cache_entry x = {.flags = flags};

		x.value = (uint32_t)(at + strings.len);
		x.key = x.value + (uint32_t)(l->v[i].name - l->v[i].path);
		buf_put(ret, &x, sizeof x);
		buf_put(&strings, l->v[i].path, strlen(l->v[i].path) + 1);
	}
	buf_put(ret, strings.p, strings.len);
}

bool ldcache_write(struct buf *ret, const struct ld_dirs *dirs, const struct paths *const *layers,
                   size_t nlayers, const char *arch)
{
	AUTO_DONE(libs) struct libs l = {0};
	int32_t flags = 0;
	size_t kept = 0;

	for (size_t i = 0; i < ARRAY_LEN(archs); i++)
		if (strcmp(archs[i].arch, arch) == 0)
			flags = archs[i].flags;
	if (!flags)
		return false;
	for (size_t i = 0; i < dirs->n; i++)
		for (size_t k = 0; k < nlayers; k++)
			find_in(&l, layers[k], dirs->v[i]);
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_name);
	for (size_t i = 0; i < l.n; i++)
		if (!kept || strcmp(l.v[i].name, l.v[kept - 1].name) != 0)
			l.v[kept++] = l.v[i];
	l.n = kept;
	write_libs(ret, &l, flags);
	return true;
}

static void add_dir(struct ld_dirs *d, const char *s, size_t n, struct arena *a)
{
	const char **v = arena_alloc(a, d->n + 1, sizeof *v);
	char *dir = arena_dupn(a, s, n);

	while (n > 1 && dir[n - 1] == '/')
		dir[--n] = '\0';
	/* Libraries of another word size: the flags of an entry would be wrong. */
	if (strncmp(dir, "/lib32", 6) == 0 || strncmp(dir, "/libx32", 7) == 0 ||
	    strncmp(dir, "/usr/lib32", 10) == 0 || strncmp(dir, "/usr/libx32", 11) == 0)
		return;
	if (d->n)
		memcpy(v, d->v, d->n * sizeof *v);
	v[d->n++] = dir;
	d->v = v;
}

static void read_conf(struct ld_dirs *d, const struct debfiles *files, const char *name,
                      struct arena *a, unsigned depth);

static void read_line(struct ld_dirs *d, const struct debfiles *files, const char *line, size_t n,
                      struct arena *a, unsigned depth)
{
	size_t skip = strspn(line, " \t");

	line += skip;
	n = strcspn(line, "#\n") < n - skip ? strcspn(line, "#\n") : n - skip;
	while (n && isspace((unsigned char)line[n - 1]))
		n--;
	if (n > 8 && strncmp(line, "include", 7) == 0 && isblank((unsigned char)line[7])) {
		const char *pattern = arena_dupn(a, line + 8, n - 8);

		pattern += strspn(pattern, " \t/");
		for (size_t i = 0; i < files->n; i++)
			if (fnmatch(pattern, files->v[i].name, FNM_PATHNAME) == 0)
				read_conf(d, files, files->v[i].name, a, depth + 1);
	} else if (n && *line == '/') {
		add_dir(d, line, n, a);
	}
}

static void read_conf(struct ld_dirs *d, const struct debfiles *files, const char *name,
                      struct arena *a, unsigned depth)
{
	const struct debfile *f = debfiles_find(files, name);

	if (!f || depth > INCLUDE_DEPTH)
		return;
	for (const char *p = f->bytes; *p;) {
		size_t n = strcspn(p, "\n");

		read_line(d, files, p, n, a, depth);
		p += n + (p[n] == '\n');
	}
}

void ld_dirs_read(struct ld_dirs *ret, const struct debfiles *files, struct arena *a)
{
	*ret = (struct ld_dirs){0};
	read_conf(ret, files, "etc/ld.so.conf", a, 0);
}
