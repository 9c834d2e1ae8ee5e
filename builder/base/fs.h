// SPDX-License-Identifier: Apache-2.0
/* fs: files written whole or not at all, read whole, and folders made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* A file being written.  It has a temporary name, and an exclusive flock(2) on it, until fs_commit
 * gives it its own; fs_file_done on one not committed removes it. */
struct fs_file {
	int dirfd; /* borrowed: the folder of the temporary name */
	int fd;    /* owned; -1 when empty */
	char tmp[32];
};
#define FS_FILE_NONE                                                                               \
	(struct fs_file)                                                                           \
	{                                                                                          \
		.dirfd = -1, .fd = -1                                                              \
	}

int fs_create(struct fs_file *f, int dirfd, struct err *e);
/* Syncs, closes and renames to `name` in `todir` (0644 whatever the umask), then syncs the folder.
 * On -1 the temporary file is gone and `name` is what it was; or, when it was the folder that could
 * not be synced, the new file. */
int fs_commit(struct fs_file *f, int todir, const char *name, struct err *e);
void fs_file_done(struct fs_file *f);
/* Removes temporary files in dirfd that nobody holds any more (a build was killed). */
void fs_sweep(int dirfd);

/* An exclusive flock(2).  0: ours; 1: somebody else's, when not to wait for it.  Waiting ends with
 * an interrupt. */
int fs_lock(int fd, bool wait, struct err *e);

int fs_write(int fd, const void *p, size_t n, struct err *e); /* all of it */
/* Appends all that is left to read in `from`, by the kernel where it can (which shares the blocks
 * where the file system can).  On -1 *ret_to says whether it was `to` that failed. */
int fs_copy(int from, int to, bool *ret_to, struct err *e);
/* Appends at most `max` bytes of the file to `ret`; a longer file is ERR_SPEC.  On -1 `ret` holds
 * what it held. */
int fs_read_file(int dirfd, const char *path, size_t max, struct buf *ret, struct err *e);
/* The same from where fd stands; `label` names it in errors. */
int fs_read_fd(int fd, const char *label, size_t max, struct buf *ret, struct err *e);
/* create + write + commit; dirfd is also where the temporary name is. */
int fs_write_file(int dirfd, const char *name, const void *p, size_t n, struct err *e);

/* Visits what is in the folder, in the order of the names' bytes: `leaf` in dirfd, `name` with
 * "prefix/" in front unless that is "".  Ends with the first -1. */
typedef int fs_visit(void *ctx, int dirfd, const char *leaf, const char *name, struct err *e);
int fs_each(int dirfd, const char *prefix, fs_visit *visit, void *ctx, struct err *e);

int fs_mkdirs(const char *path, struct err *e); /* like mkdir -p, 0755 whatever the umask */
/* Bytes of all regular files below `path`, as far as they can be seen just now. */
uint64_t fs_tree_size(const char *path);
int fs_rmtree(const char *path, struct err *e); /* like rm -rf */
int fs_open_dir(int dirfd, const char *path, bool create, int *ret_fd, struct err *e);
