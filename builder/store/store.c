// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/log.h"
#include "base/mem.h"

static char *default_path(void)
{
	const char *own = getenv("LILI_STORE"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own && *own)
		return mem_dup(own);
	if (cache && *cache == '/')
		return mem_printf("%s/lili", cache);
	return mem_printf("%s/.cache/lili", home && *home ? home : "/root");
}

static int refuse_folder(const struct store *s, const char *name, const struct stat *st,
                         struct err *e)
{
	AUTO(str) char *path = mem_printf("%s%s%s", s->path, *name ? "/" : "", name);

	if (st->st_uid != geteuid()) {
		err_set(e, ERR_SYS, "store %s belongs to uid %u, not to you", path, st->st_uid);
		return err_hint(e, "set LILI_STORE to a folder of your own");
	}
	if (st->st_mode & 022) {
		err_set(e, ERR_SYS, "store %s can be written by others (mode %04o)", path,
		        st->st_mode & 07777);
		return err_hint(e, "chmod go-w %s", path);
	}
	return 0;
}

/* Of the folders in it too: memo and indexes of paths are believed as they are. */
static int refuse_foreign(const struct store *s, struct err *e)
{
	static const char *const names[] = {"",         "tmp",   "blobs", "blobs/sha256",
	                                    "payloads", "paths", "memo"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (fstatat(s->dirfd, names[i], &st, AT_EMPTY_PATH) == 0) {
			if (refuse_folder(s, names[i], &st, e) < 0)
				return -1;
		} else if (errno != ENOENT) {
			return err_sys(e, "store %s", s->path);
		}
	}
	return 0;
}

static int open_areas(struct store *s, struct err *e)
{
	AUTO(fd) int blobs = -1;

	if (fs_open_dir(s->dirfd, "tmp", true, &s->tmpfd, e) < 0 ||
	    fs_open_dir(s->dirfd, "blobs", true, &blobs, e) < 0 ||
	    fs_open_dir(blobs, "sha256", true, &s->blobs, e) < 0 ||
	    fs_open_dir(s->dirfd, "payloads", true, &s->payloads, e) < 0 ||
	    fs_open_dir(s->dirfd, "paths", true, &s->paths, e) < 0 ||
	    fs_open_dir(s->dirfd, "memo", true, &s->memo, e) < 0)
		return -1;
	if (faccessat(s->dirfd, "oci-layout", F_OK, 0) == 0)
		return 0;
	return fs_write_file(s->dirfd, "oci-layout", STORE_LAYOUT, strlen(STORE_LAYOUT), e);
}

/* The folder itself is what is locked: no file of it stays behind. */
static int lock_wait(int fd, int how)
{
	int got;

	do
		got = flock(fd, how);
	while (got < 0 && errno == EINTR);
	return got;
}

int store_claim(struct store *s, struct err *e)
{
	if (lock_wait(s->dirfd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_sys(e, "lock the store %s", s->path);
	log_say("store %s: another lili is at work in it; waiting", s->path);
	if (lock_wait(s->dirfd, LOCK_EX) < 0)
		return err_sys(e, "lock the store %s", s->path);
	return 0;
}

int store_open(struct store *s, const char *path, struct err *e)
{
	s->path = path ? mem_dup(path) : default_path();
	if (fs_mkdirs(s->path, e) < 0)
		return err_ctx(e, "store");
	s->dirfd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dirfd < 0)
		return err_sys(e, "store %s", s->path);
	if (refuse_foreign(s, e) < 0)
		return -1;
	if (lock_wait(s->dirfd, LOCK_SH) < 0)
		return err_sys(e, "lock the store %s", s->path);
	if (open_areas(s, e) < 0)
		return err_ctx(e, "store %s", s->path);
	fs_sweep(s->tmpfd);
	fs_sweep(s->dirfd); /* index.json is replaced in place */
	return 0;
}

static int look_into(int dirfd, const char *path, int *ret_fd, struct err *e)
{
	*ret_fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0 && errno != ENOENT)
		return err_sys(e, "%s", path);
	return 0;
}

int store_look(struct store *s, const char *path, struct err *e)
{
	s->path = path ? mem_dup(path) : default_path();
	s->readonly = true;
	if (look_into(AT_FDCWD, s->path, &s->dirfd, e) < 0)
		return err_ctx(e, "store");
	if (s->dirfd < 0)
		return 0;
	if (refuse_foreign(s, e) < 0)
		return -1;
	if (look_into(s->dirfd, "blobs/sha256", &s->blobs, e) < 0 ||
	    look_into(s->dirfd, "payloads", &s->payloads, e) < 0 ||
	    look_into(s->dirfd, "paths", &s->paths, e) < 0 ||
	    look_into(s->dirfd, "memo", &s->memo, e) < 0)
		return err_ctx(e, "store %s", s->path);
	return 0;
}

void store_done(struct store *s)
{
	const int fds[] = {s->dirfd, s->tmpfd, s->blobs, s->payloads, s->paths, s->memo};

	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(s->path);
	*s = STORE_NONE;
}

int store_keep(struct store *s, int area, struct fs_file *f, const struct digest *d, struct err *e)
{
	char name[DIGEST_STR_MAX];

	if (fs_commit(f, area, digest_hex(d, name), e) < 0)
		return err_ctx(e, "store %s", s->path);
	return 0;
}

bool store_has(int area, const struct digest *d, uint64_t *ret_size)
{
	char name[DIGEST_STR_MAX];
	struct stat st;

	if (fstatat(area, digest_hex(d, name), &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return false;
	if (ret_size)
		*ret_size = (uint64_t)st.st_size;
	return true;
}

int store_open_file(int area, const struct digest *d, int *ret_fd, struct err *e)
{
	char name[DIGEST_STR_MAX];
	AUTO(fd)
	int fd = openat(area, digest_hex(d, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "open %s in the store", name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_VERIFY, "%s in the store is not a regular file", name);
	*ret_fd = take_fd(&fd);
	return 0;
}

/* Name and size do not say it: a failing disk may have left other bytes under them. */
static bool has_whole(struct store *s, const struct digest *d, size_t n)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct err ignored;
	uint64_t size;

	return store_has(s->blobs, d, &size) && size == n &&
	       store_read_blob(s, d, n, &b, &ignored) == 0;
}

int store_put_blob(struct store *s, const void *p, size_t n, struct digest *ret, struct err *e)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	struct digest d;

	digest_bytes(&d, p, n);
	if (has_whole(s, &d, n)) {
		*ret = d;
		return 0;
	}
	if (fs_create(&f, s->tmpfd, e) < 0 || fs_write(f.fd, p, n, e) < 0)
		return err_ctx(e, "store %s", s->path);
	if (store_keep(s, s->blobs, &f, &d, e) < 0)
		return -1;
	*ret = d;
	return 0;
}

int store_read_blob(struct store *s, const struct digest *d, size_t max, struct buf *ret,
                    struct err *e)
{
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];
	size_t had = ret->len;
	AUTO(fd) int fd = -1;
	struct digest got;

	if (store_open_file(s->blobs, d, &fd, e) < 0 ||
	    fs_read_fd(fd, digest_hex(d, want), max, ret, e) < 0)
		return err_ctx(e, "store %s", s->path);
	digest_bytes(&got, ret->p + had, ret->len - had);
	if (!digest_eq(&got, d)) {
		ret->len = had;
		ret->p[had] = '\0';
		err_set(e, ERR_VERIFY, "store %s: blob %s has other contents: %s", s->path,
		        digest_str(d, want), digest_str(&got, have));
		return err_hint(e, "remove blobs/sha256/%s there and build again", want + 7);
	}
	return 0;
}
