// SPDX-License-Identifier: Apache-2.0
#include "store/stock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/mem.h"
#include "store/paths.h"

#define MEMO_MAX ((size_t)1 << 20)
#define PATHS_MAX ((size_t)512 << 20)

AUTO_DEFINE(dir, DIR *, NULL, closedir)

static const struct {
	const char *name, *mend;
} areas[STOCK_AREAS] = {
	[STOCK_BLOB] = {"blobs/sha256", "lili build makes it again"  },
	[STOCK_PAYLOAD] = {"payloads",     "lili build fetches it again"},
	[STOCK_PATHS] = {"paths",        "lili build makes it again"  },
	[STOCK_MEMO] = {"memo",         "lili build looks again"     },
};

const char *stock_area_name(enum stock_area area)
{
	return areas[area].name;
}

static int area_fd(const struct store *s, enum stock_area area)
{
	const int fds[STOCK_AREAS] = {
		[STOCK_BLOB] = s->blobs,
		[STOCK_PAYLOAD] = s->payloads,
		[STOCK_PATHS] = s->paths,
		[STOCK_MEMO] = s->memo,
	};

	return fds[area];
}

static DIR *open_folder(int dirfd, const char *path)
{
	AUTO(fd) int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d)
		take_fd(&fd);
	return d;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static void add(struct stock *o, enum stock_area area, const char *name, uint64_t size)
{
	struct err ignored = {0};
	struct stock_item *x;

	if (o->n == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 256;
		o->v = mem_grow(o->v, o->cap, sizeof *o->v);
	}
	x = &o->v[o->n++];
	*x = (struct stock_item){.area = area, .name = arena_dup(o->arena, name), .size = size};
	if (digest_parse_hex(&x->digest, name, &ignored) < 0)
		x->digest = (struct digest){0};
}

static int list_area(struct store *s, enum stock_area area, struct stock *o, struct err *e)
{
	int fd = area_fd(s, area);
	AUTO(dir) DIR *d = open_folder(fd, ".");
	struct dirent *x;
	struct stat st;

	if (!d)
		return err_sys(e, "store %s: open %s", s->path, areas[area].name);
	while ((x = readdir(d)))
		if (!is_dots(x->d_name) && fstatat(fd, x->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			add(o, area, x->d_name, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct stock_item *x = a, *y = b;

	return x->area != y->area ? (int)x->area - (int)y->area : strcmp(x->name, y->name);
}

int stock_read(struct store *s, struct stock *ret, struct err *e)
{
	AUTO_DONE(stock) struct stock o = {.arena = mem_alloc(1, sizeof *o.arena)};

	for (enum stock_area area = 0; area < STOCK_AREAS; area++)
		if (list_area(s, area, &o, e) < 0)
			return -1;
	if (o.n)
		qsort(o.v, o.n, sizeof *o.v, by_name);
	*ret = o;
	o = (struct stock){0};
	return 0;
}

void stock_done(struct stock *o)
{
	if (o->arena)
		arena_done(o->arena);
	free(o->arena);
	free(o->v);
	*o = (struct stock){0};
}

bool stock_is_part(const struct stock_item *x)
{
	return x->area == STOCK_PAYLOAD && !strncmp(x->name, ".part-", 6);
}

static const char *kind_name(mode_t mode)
{
	return S_ISLNK(mode)    ? "a symlink"
	       : S_ISFIFO(mode) ? "a FIFO"
	       : S_ISDIR(mode)  ? "a folder"
	       : S_ISSOCK(mode) ? "a socket"
	                        : "a device";
}

static int check_file(const struct stock_item *x, int area, struct err *e)
{
	struct stat st;

	if (fstatat(area, x->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "stat");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_VERIFY, "it is %s, not a file", kind_name(st.st_mode));
	if (st.st_uid != geteuid())
		return err_set(e, ERR_VERIFY, "it belongs to uid %u, not to you", st.st_uid);
	if (!digest_is_set(&x->digest))
		return err_set(e, ERR_VERIFY, "nothing of lili's is called that");
	return 0;
}

static int check_digest(const struct stock_item *x, int area, struct err *e)
{
	char have[DIGEST_STR_MAX];
	AUTO(fd) int fd = -1;
	struct digest got;

	if (store_open_file(area, &x->digest, &fd, e) < 0 || digest_fd(&got, fd, e) < 0)
		return -1;
	if (digest_eq(&got, &x->digest))
		return 0;
	return err_set(e, ERR_VERIFY, "it has other contents: %s", digest_str(&got, have));
}

static int check_contents(const struct stock_item *x, int area, struct err *e)
{
	AUTO_DONE(paths) struct paths paths = {0};
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *memo = NULL;

	if (x->area == STOCK_BLOB || x->area == STOCK_PAYLOAD)
		return check_digest(x, area, e);
	if (fs_read_file(area, x->name, x->area == STOCK_PATHS ? PATHS_MAX : MEMO_MAX, &b, e) < 0)
		return -1;
	if (x->area == STOCK_PATHS)
		return paths_parse(b.p, b.len, &paths, e);
	return json_read(buf_str(&b), b.len, "memo", &memo, e);
}

int stock_check(struct store *s, const struct stock_item *x, struct err *e)
{
	int area = area_fd(s, x->area);

	if (stock_is_part(x) || (check_file(x, area, e) == 0 && check_contents(x, area, e) == 0))
		return 0;
	e->kind = ERR_VERIFY;
	e->hint[0] = '\0';
	err_hint(e, "remove %s/%s; %s", areas[x->area].name, x->name,
	         digest_is_set(&x->digest) ? areas[x->area].mend : "lili does not need it");
	return err_ctx(e, "%s/%s", areas[x->area].name, x->name);
}

int stock_remove(struct store *s, const struct stock_item *x, struct err *e)
{
	int area = area_fd(s, x->area);
	AUTO(str) char *path = NULL;

	if (unlinkat(area, x->name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return err_sys(e, "store %s: remove %s/%s", s->path, areas[x->area].name, x->name);
	path = mem_printf("%s/%s/%s", s->path, areas[x->area].name, x->name);
	return fs_rmtree(path, e);
}

static uint64_t folder_size(int at, const char *name)
{
	AUTO(dir) DIR *d = open_folder(at, name);
	struct dirent *x;
	uint64_t sum = 0;

	while (d && (x = readdir(d))) {
		struct stat st;

		if (is_dots(x->d_name) ||
		    fstatat(dirfd(d), x->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		sum += S_ISDIR(st.st_mode)   ? folder_size(dirfd(d), x->d_name)
		       : S_ISREG(st.st_mode) ? (uint64_t)st.st_size
		                             : 0;
	}
	return sum;
}

uint64_t stock_folder_size(struct store *s, const char *folder)
{
	return folder_size(s->dirfd, folder);
}
