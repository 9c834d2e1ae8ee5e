// SPDX-License-Identifier: Apache-2.0
#include "source/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/dead.h"
#include "net/http.h"
#include "source/download.h"

int fetch_adopt_at(const struct fetch *f, int fd, int dirfd, const char *name,
                   struct checksum *want, struct err *e)
{
	struct checksum sum = *want;
	char hex[DIGEST_HEX_MAX];

	if (checksum_fd(&sum, fd, e) < 0)
		return -1;
	if (fchmod(fd, 0644) < 0 || fsync(fd) < 0)
		return err_sys(e, "write %s", name);
	if (renameat(dirfd, name, f->store->payloads, digest_hex(&sum.sha256, hex)) < 0)
		return err_sys(e, "move %s into the store", name);
	if (fsync(f->store->payloads) < 0)
		return err_sys(e, "sync payloads/ of the store");
	*want = sum;
	return 0;
}

int fetch_adopt(const struct fetch *f, int fd, const char *path, struct digest *want,
                uint64_t *size, struct err *e)
{
	struct checksum sum = {.sha256 = *want, .size = *size};

	if (fetch_adopt_at(f, fd, AT_FDCWD, path, &sum, e) < 0)
		return -1;
	*want = sum.sha256;
	*size = sum.size;
	return 0;
}

bool fetch_disk_full(const struct fetch *f, struct err *e)
{
	if (!strstr(e->msg, strerror(ENOSPC)) && !strstr(e->msg, strerror(EDQUOT)))
		return false;
	err_hint(e, "free space there: `lili cache gc` removes what no image needs");
	err_ctx(e, "store %s", f->store->path);
	return true;
}

int fetch_file(const struct fetch *f, const char *path, struct checksum *want, bool *ret_ours,
               struct err *e)
{
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO_DONE(fs_file) struct fs_file tmp = FS_FILE_NONE;
	struct checksum sum = *want;
	struct stat st;

	*ret_ours = false;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "open");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_SPEC, "not a regular file");
	if (checksum_size(want, (uint64_t)st.st_size, e) < 0)
		return -1;
	*ret_ours = true;
	if (fs_create(&tmp, f->store->tmpfd, e) < 0)
		return -1;
	if (fs_copy(fd, tmp.fd, ret_ours, e) < 0 || checksum_fd(&sum, tmp.fd, e) < 0)
		return -1;
	*ret_ours = true;
	if (store_keep(f->store, f->store->payloads, &tmp, &sum.sha256, e) < 0)
		return -1;
	*want = sum;
	return 1;
}

/* 1: it is there now; 0: this mirror has nothing (more) to say. */
static int take_url(const struct fetch *f, const char *mirror, const char *url,
                    struct checksum *want, bool *ret_ours, struct err *e)
{
	struct download d = {.url = url, .hasty = true};

	*ret_ours = false;
	if (dead_has(url))
		return 0;
	if (download_url(f, &d, want, e) == 0)
		return 1;
	*ret_ours = e->kind == ERR_SYS;
	if (d.first)
		log_warn("mirror %s: %s; not asked again", http_shown(mirror), e->msg);
	return d.dead || d.status == 404 || d.status == 410 ? 0 : -1;
}

/* A name from a definition must not lead out of the mirror's folder. */
static bool leads_out(const char *at)
{
	return *at == '/' || !strncmp(at, "../", 3) || strstr(at, "/../");
}

static int ask(const struct fetch *f, const char *mirror, const char *at, struct checksum *want,
               struct err *e)
{
	size_t n = strlen(mirror);
	AUTO(str) char *where = NULL;
	bool url = strstr(mirror, "://"), ours;
	int got;

	if (!strncmp(mirror, "file://", 7)) {
		mirror += 7;
		url = false;
	}
	if (leads_out(at) || (url && f->offline))
		return 0;
	where = mem_printf("%s%s%s", mirror, n && mirror[strlen(mirror) - 1] == '/' ? "" : "/", at);
	got = url ? take_url(f, mirror, where, want, &ours, e)
	          : fetch_file(f, where, want, &ours, e);
	if (got >= 0)
		return got;
	if (ours && fetch_disk_full(f, e))
		return -1;
	if (ours && !url)
		return err_ctx(e, "store %s", f->store->path);
	err_ctx(e, "mirror %s", url ? http_shown(where) : where);
	if (ours)
		return -1;
	log_warn("%s; asking the next", e->msg);
	return 0;
}

int fetch_mirrored(const struct fetch *f, struct checksum *want, const char *const *at, size_t nat,
                   struct err *e)
{
	char name[DIGEST_HEX_MAX + 7] = "sha256/";
	struct err wrong = {0};
	bool known = digest_is_set(&want->sha256);

	digest_hex(&want->sha256, name + 7);
	for (size_t i = 0; i < f->nmirrors; i++) {
		int got = 0;

		for (size_t k = known ? 0 : 1; k <= nat && !got; k++) {
			*e = (struct err){0};
			got = ask(f, f->mirrors[i], k ? at[k - 1] : name, want, e);
			if (!got && e->kind == ERR_VERIFY)
				wrong = *e;
		}
		if (got)
			return got;
	}
	*e = wrong;
	return 0;
}

int fetch_from_mirrors(const struct fetch *f, const struct digest *want, uint64_t size,
                       const char *const *at, size_t nat, struct err *e)
{
	struct checksum sum = {.sha256 = *want, .size = size};

	return fetch_mirrored(f, &sum, at, nat, e);
}
