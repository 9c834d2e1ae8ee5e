// SPDX-License-Identifier: Apache-2.0
#include "store/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"

#define FIELDS 8

static struct arena *arena(struct paths *p)
{
	if (!p->arena)
		p->arena = mem_alloc(1, sizeof *p->arena);
	return p->arena;
}

void paths_add(struct paths *p, const struct entry *x, const struct digest *d)
{
	struct path *to;

	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->v = mem_grow(p->v, p->cap, sizeof *p->v);
	}
	to = &p->v[p->n++];
	*to = (struct path){.entry = *x};
	to->entry.name = arena_dup(arena(p), x->name);
	to->entry.link = x->link ? arena_dup(arena(p), x->link) : NULL;
	if (d)
		to->digest = *d;
}

static int by_name(const void *a, const void *b)
{
	const struct path *x = a, *y = b;

	return strcmp(x->entry.name, y->entry.name);
}

void paths_sort(struct paths *p)
{
	if (p->n)
		qsort(p->v, p->n, sizeof *p->v, by_name);
}

const struct path *paths_find(const struct paths *p, const char *name)
{
	const struct path key = {.entry.name = name};

	return p->n ? bsearch(&key, p->v, p->n, sizeof *p->v, by_name) : NULL;
}

void paths_done(struct paths *p)
{
	if (p->arena)
		arena_done(p->arena);
	free(p->arena);
	free(p->v);
	*p = (struct paths){0};
}

int paths_save(struct store *s, const struct digest *diff_id, struct paths *p, struct err *e)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	char hex[DIGEST_STR_MAX];

	paths_sort(p);
	if (fs_create(&f, s->tmpfd, e) < 0)
		return err_ctx(e, "store %s", s->path);
	for (size_t i = 0; i < p->n; i++) {
		const struct entry *x = &p->v[i].entry;
		bool has = digest_is_set(&p->v[i].digest);

		buf_printf(&b, "%c\t%04o\t%u\t%u\t%" PRIu64 "\t%s\t%s\t%s\n", (char)x->type,
		           x->mode, x->uid, x->gid, x->size,
		           has ? digest_hex(&p->v[i].digest, hex) : "-", x->name,
		           x->link ? x->link : "");
		if (b.len < 1 << 16 && i + 1 < p->n)
			continue;
		if (fs_write(f.fd, b.p, b.len, e) < 0)
			return err_ctx(e, "store %s", s->path);
		b.len = 0;
	}
	return store_keep(s, s->paths, &f, diff_id, e);
}

/* A whole field: digits of the base and nothing else. */
static int number(const char *field, int base, uint64_t max, uint64_t *ret)
{
	char *end;

	if (*field < '0' || *field > '9')
		return -1;
	errno = 0;
	*ret = strtoull(field, &end, base);
	return *end || errno || *ret > max ? -1 : 0;
}

static int parse_line(struct paths *p, char *line, struct err *e)
{
	char *field[FIELDS] = {NULL};
	uint64_t mode, uid, gid;
	struct digest d = {0};
	struct entry x = {0};

	for (size_t i = 0; i < FIELDS; i++)
		field[i] = strsep(&line, "\t");
	if (!field[FIELDS - 1] || line || strlen(field[0]) != 1 || !strchr("fdlh", field[0][0]) ||
	    (strcmp(field[5], "-") != 0 && digest_parse_hex(&d, field[5], e) < 0) ||
	    number(field[1], 8, 07777, &mode) < 0 || number(field[2], 10, UINT32_MAX, &uid) < 0 ||
	    number(field[3], 10, UINT32_MAX, &gid) < 0 ||
	    number(field[4], 10, UINT64_MAX, &x.size) < 0 || !*field[6])
		return err_set(e, ERR_VERIFY, "not an index of paths");
	x.type = (enum entry_type)field[0][0];
	x.mode = (uint32_t)mode;
	x.uid = (uint32_t)uid;
	x.gid = (uint32_t)gid;
	x.name = field[6];
	x.link = *field[7] ? field[7] : NULL;
	if (p->n && strcmp(p->v[p->n - 1].entry.name, x.name) >= 0)
		return err_set(e, ERR_VERIFY, "an index of paths that is not sorted");
	paths_add(p, &x, &d);
	return 0;
}

/* A line at a time, so that the text of a large index is never in memory with what it says. */
static int parse_all(FILE *f, struct paths *ret, struct err *e)
{
	AUTO_DONE(paths) struct paths p = {0};
	AUTO(str) char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] != '\n' || strlen(line) != (size_t)n)
			return err_set(e, ERR_VERIFY, "an index of paths that is cut short");
		line[n - 1] = '\0';
		if (parse_line(&p, line, e) < 0)
			return -1;
	}
	if (ferror(f))
		return err_sys(e, "read");
	*ret = p;
	p = (struct paths){0};
	return 0;
}

int paths_parse(const char *text, size_t n, struct paths *ret, struct err *e)
{
	AUTO(file) FILE *f = fmemopen((void *)(uintptr_t)text, n, "r"); /* which only reads it */

	if (!f)
		return err_sys(e, "read an index of paths");
	return parse_all(f, ret, e);
}

int paths_load(struct store *s, const struct digest *diff_id, struct paths *ret, struct err *e)
{
	AUTO(file) FILE *f = NULL;
	char name[DIGEST_STR_MAX];
	int fd;

	if (store_open_file(s->paths, diff_id, &fd, e) < 0)
		return err_ctx(e, "index of paths");
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return err_sys(e, "index of paths");
	}
	if (parse_all(f, ret, e) == 0)
		return 0;
	err_ctx(e, "store %s: paths/%s", s->path, digest_hex(diff_id, name));
	return err_hint(e, "remove it there and build again");
}
