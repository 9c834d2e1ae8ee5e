// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "layer/elf.h"
#include "layer/kinds.h"
#include "source/name.h"

static int give_fd(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	ssize_t n;

	do
		n = read(*(int *)ctx, buf, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, "read");
	*ret_n = (size_t)n;
	return 0;
}

/* A file as it is now, whatever its times: modes are 0755 or 0644, as the owner's x bit says. */
static int add_open_file(struct layer_writer *w, int fd, const char *name, uint32_t mode,
                         struct err *e)
{
	struct entry x = {.type = ENTRY_FILE, .name = name, .mtime = ENTRY_FIXED_TIME};
	struct stat st;
	size_t n = 0;
	char more;

	if (fstat(fd, &st) < 0)
		return err_sys(e, "%s", name);
	x.size = (uint64_t)st.st_size;
	x.mode = mode ? mode : st.st_mode & 0100 ? 0755 : 0644;
	if (layer_add(w, &x, give_fd, &fd, e) < 0 || give_fd(&fd, &more, 1, &n, e) < 0)
		return -1;
	return n ? err_set(e, ERR_SYS, "%s grew while it was read", name) : 0;
}

static int add_link(struct layer_writer *w, int dirfd, const char *leaf, const char *name,
                    struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dirfd, leaf, target, sizeof target - 1);

	if (n < 0)
		return err_sys(e, "readlink %s", name);
	target[n] = '\0';
	return layer_add_symlink(w, name, target, e);
}

static int add_one(void *ctx, int dirfd, const char *leaf, const char *name, struct err *e)
{
	struct layer_writer *w = ctx;
	AUTO(fd) int fd = -1;
	struct stat st;

	if (fstatat(dirfd, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "%s", name);
	if (S_ISLNK(st.st_mode))
		return add_link(w, dirfd, leaf, name, e);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return err_set(e, ERR_SPEC, "%s is neither file, folder nor symlink",
		               name_quote(name));
	fd = openat(dirfd, leaf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open %s", name);
	if (S_ISREG(st.st_mode))
		return add_open_file(w, fd, name, 0, e);
	if (layer_add_dir(w, name, 0755, e) < 0)
		return -1;
	return fs_each(fd, name, add_one, w, e);
}

int layer_files(struct store *s, unsigned threads, const char *dir, const char *into,
                struct layer *ret, struct err *e)
{
	AUTO(fd) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(layer) struct layer_writer *w = NULL;

	if (fd < 0)
		return err_sys(e, "files %s", dir);
	if (layer_open(s, threads, &w, e) < 0)
		return -1;
	if (fs_each(fd, into ? into : "", add_one, w, e) < 0 || layer_close(w, ret, e) < 0)
		return err_ctx(e, "files %s", dir);
	return 0;
}

static int add_aliases(struct layer_writer *w, const char *name, const char *const *aliases,
                       size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		AUTO(str) char *at = mem_printf("usr/local/bin/%s", aliases[i]);

		if (layer_add_symlink(w, at, name, e) < 0)
			return -1;
	}
	return 0;
}

int layer_program(struct store *s, unsigned threads, const struct program_layer *p,
                  struct layer *ret, struct err *e)
{
	AUTO(str) char *at = mem_printf("usr/local/bin/%s", p->name);
	AUTO(fd) int fd = open(p->path, O_RDONLY | O_CLOEXEC);
	AUTO(layer) struct layer_writer *w = NULL;

	if (fd < 0) {
		err_sys(e, "program %s: open %s", p->name, p->path);
		return err_hint(e, "build the entrypoints first: make");
	}
	if (elf_check_static(fd, p->arch, e) < 0)
		return err_ctx(e, "program %s: %s", p->name, p->path);
	if (layer_open(s, threads, &w, e) < 0)
		return -1;
	if (add_open_file(w, fd, at, 0755, e) < 0 ||
	    add_aliases(w, p->name, p->aliases, p->naliases, e) < 0 || layer_close(w, ret, e) < 0)
		return err_ctx(e, "program %s", p->name);
	return 0;
}
