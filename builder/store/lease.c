// SPDX-License-Identifier: Apache-2.0
#include "store/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/log.h"

/* Named as fs_create names files, so that the next start sweeps those of killed builds. */
#define LEASE_NAME ".tmp-%.16s"
#define HOLDER_MAX 32

static void say_holder(const struct lease *l, const char *what)
{
	char who[HOLDER_MAX] = "";
	ssize_t n = pread(l->fd, who, sizeof who - 1, 0);

	who[n > 0 ? n : 0] = '\0';
	log_say("%s: another build%s%s%s is at it; waiting", what, *who ? " (process " : "", who,
	        *who ? ")" : "");
}

/* A holder removes the file before it lets go, and so does a sweep: then it is not the one that
 * others see. */
static bool is_current(const struct lease *l)
{
	struct stat mine, there;

	return fstat(l->fd, &mine) == 0 &&
	       fstatat(l->dirfd, l->name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

static int lock(struct lease *l, const char *what, bool *said, struct err *e)
{
	int busy = fs_lock(l->fd, false, e);

	if (busy <= 0)
		return busy;
	/* A sweep holds it for a moment only. */
	if (is_current(l) && !*said) {
		say_holder(l, what);
		*said = true;
	}
	return fs_lock(l->fd, true, e);
}

int lease_take(struct lease *l, struct store *s, const struct digest *key, const char *what,
               struct err *e)
{
	char hex[DIGEST_HEX_MAX], me[HOLDER_MAX];
	struct lease mine = {.dirfd = s->tmpfd, .fd = -1};
	bool said = false;

	snprintf(mine.name, sizeof mine.name, LEASE_NAME, digest_hex(key, hex));
	snprintf(me, sizeof me, "%ld", (long)getpid());
	for (;;) {
		mine.fd = openat(s->tmpfd, mine.name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		                 0644);
		if (mine.fd < 0)
			return err_sys(e, "store %s: open a lease", s->path);
		if (lock(&mine, what, &said, e) < 0) {
			close(mine.fd);
			return err_ctx(e, "store %s: a lease", s->path);
		}
		if (is_current(&mine))
			break;
		close(mine.fd);
	}
	/* Only for whoever waits: without it they do not know for whom. */
	(void)!pwrite(mine.fd, me, strlen(me), 0);
	*l = mine;
	return 0;
}

void lease_done(struct lease *l)
{
	if (l->fd < 0)
		return;
	(void)unlinkat(l->dirfd, l->name, 0);
	close(l->fd);
	l->fd = -1;
}
