// SPDX-License-Identifier: Apache-2.0
#include "source/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/mem.h"

#define PREFIX "scratch-"

AUTO_DEFINE(dir, DIR *, NULL, closedir)

/* The real path: clients run in other folders than ours. */
static char *tmp_path(const struct store *s)
{
	AUTO(str) char *real = realpath(s->path, NULL);

	return mem_printf("%s/tmp", real ? real : s->path);
}

static void sweep(const char *tmp)
{
	AUTO(dir) DIR *d = opendir(tmp);
	struct dirent *x;

	while (d && (x = readdir(d))) {
		AUTO(str) char *path = mem_printf("%s/%s", tmp, x->d_name);
		AUTO(fd) int fd = -1;
		struct err ignored;

		if (strncmp(x->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			(void)!fs_rmtree(path, &ignored);
	}
}

int scratch_make(struct store *s, struct scratch *ret, struct err *e)
{
	AUTO(str) char *tmp = tmp_path(s);

	sweep(tmp);
	for (;;) {
		AUTO(str) char *path = mem_printf("%s/" PREFIX "XXXXXX", tmp);
		AUTO(fd) int fd = -1;
		struct stat st;

		if (!mkdtemp(path))
			return err_sys(e, "make a folder in %s", tmp);
		/* A sweep of another process may have seen the folder before our lock. */
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || flock(fd, LOCK_EX) < 0 || fstat(fd, &st) < 0)
			return err_sys(e, "lock %s", path);
		if (st.st_nlink > 0 && access(path, F_OK) == 0) {
			*ret = (struct scratch){.path = take(&path), .fd = take_fd(&fd)};
			return 0;
		}
	}
}

void scratch_done(struct scratch *s)
{
	struct err ignored;

	if (s->fd < 0)
		return;
	(void)!fs_rmtree(s->path, &ignored);
	close(s->fd);
	free(s->path);
	*s = SCRATCH_NONE;
}
