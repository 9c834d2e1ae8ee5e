// SPDX-License-Identifier: Apache-2.0
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/mem.h"
#include "base/stop.h"

#define TMP_PREFIX ".tmp-"
#define LOCK_POLL_MS 50
#define TMP_DIGITS 16

AUTO_DEFINE(dir, DIR *, NULL, closedir)

int fs_create(struct fs_file *f, int dirfd, struct err *e)
{
	struct stat st;
	uint64_t r;

	for (;;) {
		if (getrandom(&r, sizeof r, 0) != sizeof r)
			return err_sys(e, "random bytes");
		snprintf(f->tmp, sizeof f->tmp, TMP_PREFIX "%016llx", (unsigned long long)r);
		f->dirfd = dirfd;
		f->fd = openat(dirfd, f->tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (f->fd < 0 && errno == EEXIST)
			continue;
		if (f->fd < 0)
			return err_sys(e, "create a temporary file");
		if (flock(f->fd, LOCK_EX) < 0 || fstat(f->fd, &st) < 0) {
			err_sys(e, "lock a temporary file");
			fs_file_done(f);
			return -1;
		}
		/* A sweep of another process may have seen the name before our lock. */
		if (st.st_nlink > 0)
			return 0;
		close(f->fd);
	}
}

void fs_file_done(struct fs_file *f)
{
	if (f->fd < 0)
		return;
	(void)unlinkat(f->dirfd, f->tmp, 0);
	close(f->fd);
	f->fd = -1;
}

int fs_commit(struct fs_file *f, int todir, const char *name, struct err *e)
{
	if (fchmod(f->fd, 0644) < 0 || fsync(f->fd) < 0) {
		err_sys(e, "write %s", name);
		fs_file_done(f);
		return -1;
	}
	if (renameat(f->dirfd, f->tmp, todir, name) < 0) {
		err_sys(e, "rename to %s", name);
		fs_file_done(f);
		return -1;
	}
	close(f->fd);
	f->fd = -1;
	if (fsync(todir) < 0)
		return err_sys(e, "sync the folder of %s", name);
	return 0;
}

/* A folder of definitions is swept too, and people call files all sorts of things. */
static bool is_ours(const char *name)
{
	size_t n = strlen(TMP_PREFIX);

	return !strncmp(name, TMP_PREFIX, n) &&
	       strspn(name + n, "0123456789abcdef") == TMP_DIGITS && !name[n + TMP_DIGITS];
}

void fs_sweep(int dirfd)
{
	AUTO(fd) int copy = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(dir) DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *x;

	if (!d)
		return;
	take_fd(&copy);
	while ((x = readdir(d))) {
		AUTO(fd) int fd = -1;

		if (!is_ours(x->d_name))
			continue;
		fd = openat(dirfd, x->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			(void)unlinkat(dirfd, x->d_name, 0);
	}
}

int fs_lock(int fd, bool wait, struct err *e)
{
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return err_sys(e, "lock");
		if (!wait)
			return 1;
		if (stop_check(e) < 0)
			return -1;
		stop_sleep(LOCK_POLL_MS);
	}
	return 0;
}

int fs_write(int fd, const void *p, size_t n, struct err *e)
{
	const char *at = p;

	while (n) {
		ssize_t k = write(fd, at, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_sys(e, "write");
		at += k;
		n -= (size_t)k;
	}
	return 0;
}

/* On -1 what was read so far is in `ret`. */
static int read_all(int fd, const char *label, size_t max, struct buf *ret, struct err *e)
{
	size_t had = ret->len;
	ssize_t n;

	do {
		n = read(fd, buf_room(ret, 65536), 65536);
		if (n < 0 && errno != EINTR)
			return err_sys(e, "read %s", label);
		ret->len += n < 0 ? 0 : (size_t)n;
		if (ret->len - had > max)
			return err_set(e, ERR_SPEC, "%s is larger than %zu bytes", label, max);
	} while (n != 0);
	ret->p[ret->len] = '\0';
	return 0;
}

int fs_read_fd(int fd, const char *label, size_t max, struct buf *ret, struct err *e)
{
	size_t had = ret->len;

	if (read_all(fd, label, max, ret, e) == 0)
		return 0;
	ret->len = had;
	ret->p[had] = '\0';
	return -1;
}

int fs_copy(int from, int to, bool *ret_to, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	ssize_t n;

	*ret_to = false;
	while ((n = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0)) > 0)
		;
	if (n < 0 && (errno == ENOSPC || errno == EDQUOT)) {
		*ret_to = true;
		return err_sys(e, "write");
	}
	/* Refused or ended early: from here on by hand; at the end of the file that is one read. */
	while ((n = read(from, buf_room(&b, 1 << 18), 1 << 18)) > 0)
		if (fs_write(to, b.p, (size_t)n, e) < 0) {
			*ret_to = true;
			return -1;
		}
	return n < 0 ? err_sys(e, "read") : 0;
}

int fs_read_file(int dirfd, const char *path, size_t max, struct buf *ret, struct err *e)
{
	AUTO(fd) int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "open %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_SPEC, "%s is not a regular file", path);
	return fs_read_fd(fd, path, max, ret, e);
}

int fs_write_file(int dirfd, const char *name, const void *p, size_t n, struct err *e)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;

	if (fs_create(&f, dirfd, e) < 0 || fs_write(f.fd, p, n, e) < 0)
		return err_ctx(e, "%s", name);
	return fs_commit(&f, dirfd, name, e);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

int fs_each(int dirfd, const char *prefix, fs_visit *visit, void *ctx, struct err *e)
{
	struct dirent **list = NULL;
	int n = scandirat(dirfd, ".", &list, not_dots, by_bytes), failed = 0;

	if (n < 0)
		return err_sys(e, "read the folder %s", prefix);
	for (int i = 0; i < n; i++) {
		AUTO(str)
		char *name = mem_printf("%s%s%s", prefix, *prefix ? "/" : "", list[i]->d_name);

		if (!failed)
			failed = visit(ctx, dirfd, list[i]->d_name, name, e);
		free(list[i]);
	}
	free(list);
	return failed;
}

int fs_mkdirs(const char *path, struct err *e)
{
	AUTO(str) char *copy = mem_dup(path);
	struct stat st;

	for (char *p = copy, *end; *p; p = end) {
		char c;

		end = p + 1 + strcspn(p + 1, "/");
		c = *end;
		*end = '\0';
		if (mkdir(copy, 0755) == 0)
			(void)chmod(copy, 0755); /* the umask has no say here */
		else if (errno != EEXIST)
			return err_sys(e, "make the folder %s", copy);
		*end = c;
	}
	if (stat(path, &st) < 0)
		return err_sys(e, "make the folder %s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_SYS, "%s is not a folder", path);
	return 0;
}

static _Thread_local uint64_t tree_size; /* nftw(3) hands nothing through */

static int add_size(const char *path, const struct stat *st, int flag, struct FTW *w)
{
	(void)path, (void)w;
	if (flag == FTW_F && S_ISREG(st->st_mode))
		tree_size += (uint64_t)st->st_size;
	return 0;
}

uint64_t fs_tree_size(const char *path)
{
	tree_size = 0;
	(void)nftw(path, add_size, 16, FTW_PHYS);
	return tree_size;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *w)
{
	(void)st, (void)flag, (void)w;
	return remove(path);
}

int fs_rmtree(const char *path, struct err *e)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) < 0 && errno != ENOENT)
		return err_sys(e, "remove %s", path);
	return 0;
}

int fs_open_dir(int dirfd, const char *path, bool create, int *ret_fd, struct err *e)
{
	if (create && mkdirat(dirfd, path, 0755) == 0)
		(void)fchmodat(dirfd, path, 0755, 0);
	*ret_fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? err_sys(e, "open the folder %s", path) : 0;
}
