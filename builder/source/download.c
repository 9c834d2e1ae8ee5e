// SPDX-License-Identifier: Apache-2.0
#include "source/download.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/log.h"
#include "base/progress.h"
#include "net/http.h"

#define PART_NAME_MAX (DIGEST_HEX_MAX + 6)

static const char *part_name(const char *url, char ret[PART_NAME_MAX])
{
	struct digest d;

	digest_bytes(&d, url, strlen(url));
	memcpy(ret, ".part-", 6);
	digest_hex(&d, ret + 6);
	return ret;
}

/* Opens the unfinished download and locks it.  Whoever held the lock before may have given the file
 * its final name: then that is another file now, and we open ours anew. */
static int part_open(const struct fetch *f, const char *url, const char *name, int *ret_fd,
                     struct err *e)
{
	for (;;) {
		AUTO(fd)
		int fd = openat(f->store->payloads, name,
		                O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
		struct stat mine, there;
		int busy;

		if (fd < 0)
			return err_sys(e, "open %s in the store", name);
		busy = fs_lock(fd, false, e);
		if (busy > 0) {
			log_say("%s: another build is fetching it; waiting", http_shown(url));
			busy = fs_lock(fd, true, e);
		}
		if (busy < 0)
			return err_ctx(e, "%s in the store", name);
		if (fstat(fd, &mine) < 0)
			return err_sys(e, "stat %s in the store", name);
		if (fstatat(f->store->payloads, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
		    mine.st_ino == there.st_ino && mine.st_dev == there.st_dev) {
			*ret_fd = take_fd(&fd);
			return 0;
		}
	}
}

/* Everything had arrived already and only the end of that run was missing. */
static bool is_whole(int fd, const struct checksum *want)
{
	struct checksum sum = *want;
	struct err ignored = {0};
	struct stat st;

	return want->size && checksum_is_set(want) && fstat(fd, &st) == 0 &&
	       (uint64_t)st.st_size == want->size && checksum_fd(&sum, fd, &ignored) == 0;
}

static int take_part(const struct fetch *f, int fd, const char *name, struct checksum *want,
                     struct err *e)
{
	http_forget(fd);
	return fetch_adopt_at(f, fd, f->store->payloads, name, want, e);
}

int download_url(const struct fetch *f, struct download *d, struct checksum *want, struct err *e)
{
	const char *url = d->url;
	struct http_get get = {.url = url, .size = want->size, .hasty = d->hasty};
	char name[PART_NAME_MAX];
	AUTO(fd) int fd = -1;
	int done;

	d->status = 0;
	d->dead = d->first = false;
	if (part_open(f, url, part_name(url, name), &fd, e) < 0)
		return -1;
	if (digest_is_set(&want->sha256) &&
	    store_has(f->store->payloads, &want->sha256, &want->size)) {
		(void)unlinkat(f->store->payloads, name, 0);
		return 0;
	}
	if (is_whole(fd, want))
		return take_part(f, fd, name, want, e);
	progress_via(http_shown(url));
	done = http_download(&get, fd, e);
	if (done == 0 && (done = take_part(f, fd, name, want, e)) < 0 && get.resumed &&
	    e->kind == ERR_VERIFY) {
		log_say("%s: %s; it was resumed, so again from the start", http_shown(url), e->msg);
		if (ftruncate(fd, 0) < 0)
			return err_sys(e, "truncate %s in the store", name);
		done = http_download(&get, fd, e);
		if (done == 0)
			done = take_part(f, fd, name, want, e);
	}
	d->status = get.status;
	d->dead = get.dead;
	d->first = get.first;
	if (done < 0 && e->kind == ERR_VERIFY)
		(void)unlinkat(f->store->payloads, name, 0);
	return done;
}
