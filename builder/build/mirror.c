// SPDX-License-Identifier: Apache-2.0
#include "build/mirror.h"

#include <fcntl.h>

#include "base/base.h"
#include "base/log.h"

static bool is_there(int dirfd, const struct digest *d)
{
	char hex[DIGEST_HEX_MAX];
	AUTO(fd) int fd = openat(dirfd, digest_hex(d, hex), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct err ignored = {0};
	struct digest now;

	return fd >= 0 && digest_fd(&now, fd, &ignored) == 0 && digest_eq(&now, d);
}

static int copy_file(const struct store *s, int dirfd, const struct digest *d, struct err *e)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX], hex[DIGEST_HEX_MAX];
	AUTO(fd) int from = -1;
	struct digest now;
	bool to;

	if (store_open_file(s->payloads, d, &from, e) < 0 || fs_create(&f, dirfd, e) < 0 ||
	    fs_copy(from, f.fd, &to, e) < 0 || digest_fd(&now, f.fd, e) < 0)
		return -1;
	if (!digest_eq(&now, d)) {
		err_set(e, ERR_VERIFY, "the store has other bytes: want %s, got %s",
		        digest_str(d, want), digest_str(&now, have));
		return err_hint(e, "remove payloads/%s from the store", digest_hex(d, hex));
	}
	return fs_commit(&f, dirfd, digest_hex(d, hex), e);
}

static int mirror_file(const struct store *s, int dirfd, const struct digest *d, uint64_t size,
                       struct mirrored *m, struct err *e)
{
	if (!is_there(dirfd, d)) {
		if (copy_file(s, dirfd, d, e) < 0)
			return -1;
		m->copied++;
	}
	m->files++;
	m->bytes += size;
	return 0;
}

static int mirror_errand(const struct store *s, int dirfd, const struct errand *x,
                         struct mirrored *m, struct err *e)
{
	if (x->rc < 0) {
		*e = x->err;
		return -1;
	}
	if (x->payload && mirror_file(s, dirfd, &x->payload->sha256, x->payload->size, m, e) < 0)
		return err_ctx(e, "payload %s", x->payload->name);
	for (size_t i = 0; x->set && i < x->set->set.n; i++) {
		const struct package *p = &x->set->set.v[i];

		if (mirror_file(s, dirfd, &p->sha256, p->size, m, e) < 0)
			return err_ctx(e, "package %s", p->name);
	}
	return 0;
}

int mirror_write(struct fetcher *f, const char *dir, struct mirrored *ret, struct err *e)
{
	AUTO(str) char *path = mem_printf("%s/sha256", dir);
	AUTO(fd) int dirfd = -1;
	struct mirrored m = {0};
	size_t failed = 0;

	if (fs_mkdirs(path, e) < 0 || fs_open_dir(AT_FDCWD, path, false, &dirfd, e) < 0)
		return -1;
	fs_sweep(dirfd);
	if (fetcher_start(f, e) < 0)
		return -1;
	fetcher_finish(f);
	for (size_t i = 0; i < f->n; i++) {
		struct err other = {0};

		if (mirror_errand(f->fetch->store, dirfd, f->v[i], &m, &other) == 0)
			continue;
		if (!failed++)
			*e = other;
		else
			log_warn("not in %s: %s", dir, other.msg);
	}
	*ret = m;
	return failed ? -1 : 0;
}
