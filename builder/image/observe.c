// SPDX-License-Identifier: Apache-2.0
#include "image/observe.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/base.h"
#include "store/memo.h"

/* A file whose times are as young as this may change again without a trace in them. */
#define YOUNG_SECONDS 2

/* One look at a file or folder, beside what was remembered of the last one. */
struct look {
	json_t *old; /* path -> [device, inode, size, mtime, ctime, hex]; NULL: nothing known */
	json_t *new;
	json_t *seen; /* what the layer depends on: a list */
	time_t now;
};

static void look_done(struct look *l)
{
	json_decref(l->old);
	json_decref(l->new);
	json_decref(l->seen);
}

static json_int_t nanoseconds(const struct timespec *t)
{
	return (json_int_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static json_t *stamp(const struct stat *st)
{
	return json_pack("[I, I, I, I, I]", (json_int_t)st->st_dev, (json_int_t)st->st_ino,
	                 (json_int_t)st->st_size, nanoseconds(&st->st_mtim),
	                 nanoseconds(&st->st_ctim));
}

/* What was remembered, when the stamp is still the same. */
static const char *remembered(const struct look *l, const char *name, const json_t *now)
{
	const json_t *old = json_object_get(l->old, name);

	if (!old || !json_equal(json_array_get(old, 0), now))
		return NULL;
	return json_string_value(json_array_get(old, 1));
}

static int digest_file(int dirfd, const char *leaf, const struct stat *st, char *hex, struct err *e)
{
	AUTO(fd) int fd = openat(dirfd, leaf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat after;
	struct digest d;

	if (fd < 0)
		return err_sys(e, "open %s", leaf);
	if (digest_fd(&d, fd, e) < 0 || fstat(fd, &after) < 0)
		return err_ctx(e, "%s", leaf);
	if (after.st_size != st->st_size ||
	    nanoseconds(&after.st_mtim) != nanoseconds(&st->st_mtim))
		return err_set(e, ERR_SYS, "%s changed while it was read", leaf);
	digest_hex(&d, hex);
	return 0;
}

static int look_at_file(struct look *l, int dirfd, const char *leaf, const char *name,
                        const struct stat *st, struct err *e)
{
	AUTO(json) json_t *now = stamp(st);
	const char *known = remembered(l, name, now);
	char hex[DIGEST_HEX_MAX];

	if (known)
		snprintf(hex, sizeof hex, "%s", known);
	else if (digest_file(dirfd, leaf, st, hex, e) < 0)
		return -1;
	if (st->st_mtime + YOUNG_SECONDS < l->now && st->st_ctime + YOUNG_SECONDS < l->now)
		json_object_set_new(l->new, name, json_pack("[O, s]", now, hex));
	json_array_append_new(l->seen,
	                      json_pack("[s, s, s]", name, st->st_mode & 0100 ? "x" : "f", hex));
	return 0;
}

static int look_at_link(struct look *l, int dirfd, const char *leaf, const char *name,
                        struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dirfd, leaf, target, sizeof target - 1);
	json_t *x;

	if (n < 0)
		return err_sys(e, "readlink %s", leaf);
	target[n] = '\0';
	x = json_pack("[s, s, s]", name, "l", target);
	if (!x)
		return err_set(e, ERR_SPEC, "the link %s is not UTF-8", leaf);
	json_array_append_new(l->seen, x);
	return 0;
}

static int look_at(void *ctx, int dirfd, const char *leaf, const char *name, struct err *e)
{
	struct look *l = ctx;
	AUTO(json) json_t *utf8 = json_string(name);
	AUTO(fd) int fd = -1;
	struct stat st;

	if (!utf8)
		return err_set(e, ERR_SPEC, "a file's name is not UTF-8");
	if (fstatat(dirfd, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "%s", leaf);
	if (S_ISLNK(st.st_mode))
		return look_at_link(l, dirfd, leaf, name, e);
	if (S_ISREG(st.st_mode))
		return look_at_file(l, dirfd, leaf, name, &st, e);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_SPEC, "%s is neither file, folder nor symlink", leaf);
	json_array_append_new(l->seen, json_pack("[s, s, s]", name, "d", ""));
	if (fs_open_dir(dirfd, leaf, false, &fd, e) < 0)
		return -1;
	return fs_each(fd, name, look_at, l, e);
}

/* Where the memo keeps what was seen of this path. */
static struct digest memory_of(const char *path)
{
	AUTO(str) char *text = mem_printf("seen\n%s", path);
	struct digest d;

	digest_bytes(&d, text, strlen(text));
	return d;
}

static int look_begin(struct look *l, struct store *s, const char *path, struct digest *ret_key,
                      struct err *e)
{
	AUTO(str) char *full = realpath(path, NULL);

	if (!full)
		return err_sys(e, "%s", path);
	*ret_key = memory_of(full);
	l->new = json_object();
	l->seen = json_array();
	l->now = time(NULL);
	return memo_get(s, ret_key, &l->old);
}

static int look_end(struct look *l, struct store *s, const struct digest *key, struct buf *text,
                    struct digest *ret, struct err *e)
{
	json_text(l->seen, text);
	digest_bytes(ret, text->p, text->len);
	if (json_equal(l->old, l->new) || (!l->old && !json_object_size(l->new)))
		return 0;
	return memo_put(s, key, l->new, e);
}

int observe_folder(struct store *s, const char *dir, struct buf *ret_list, struct digest *ret,
                   struct err *e)
{
	AUTO_DONE(look) struct look l = {0};
	AUTO_DONE(buf) struct buf own = {0};
	AUTO(fd) int fd = -1;
	struct digest key;

	if (look_begin(&l, s, dir, &key, e) < 0 || fs_open_dir(AT_FDCWD, dir, false, &fd, e) < 0)
		return -1;
	if (fs_each(fd, "", look_at, &l, e) < 0)
		return err_ctx(e, "%s", dir);
	return look_end(&l, s, &key, ret_list ? ret_list : &own, ret, e);
}

int observe_program(struct store *s, const char *path, struct digest *ret, struct err *e)
{
	AUTO_DONE(look) struct look l = {0};
	AUTO_DONE(buf) struct buf text = {0};
	struct digest key;
	struct stat st;

	if (look_begin(&l, s, path, &key, e) < 0)
		return -1;
	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_SPEC, "%s is not a file", path);
	st.st_mode |= 0100; /* whatever its mode here, it runs in the image */
	if (look_at_file(&l, AT_FDCWD, path, "", &st, e) < 0)
		return -1;
	return look_end(&l, s, &key, &text, ret, e);
}

static bool is_there(const char *folder, const char *name, struct arena *a, const char **ret)
{
	const char *path = arena_printf(a, "%s/%s", folder, name);

	if (access(path, R_OK) < 0)
		return false;
	*ret = path;
	return true;
}

int observe_find_program(const char *dir, const struct platform *platform, const char *name,
                         struct arena *a, const char **ret, struct err *e)
{
	const char *own = getenv("LILI_PROGRAMS"), *out, *installed = NULL;
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	out = platform_is_host(platform)
	              ? arena_printf(a, "%s/out", dir)
	              : arena_printf(a, "%s/out/%s-%s", dir, platform->os, platform->arch);
	self[n < 0 ? 0 : n] = '\0';
	slash = strrchr(self, '/');
	if (slash && platform_is_host(platform))
		installed = arena_printf(a, "%.*s/../lib/lili", (int)(slash - self), self);
	if ((own && *own && is_there(own, name, a, ret)) || is_there(out, name, a, ret) ||
	    (installed && is_there(installed, name, a, ret)))
		return 0;
	err_set(e, ERR_SPEC, "there is no program %s/%s", out, name);
	return err_hint(e, "make builds the programs; $LILI_PROGRAMS names another folder");
}
