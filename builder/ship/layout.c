// SPDX-License-Identifier: Apache-2.0
#include "ship/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/mem.h"
#include "ship/cargo.h"

AUTO_DEFINE(dir, DIR *, NULL, closedir)

/* A folder beside the final one; what is left of it goes when its owner does. */
struct draft {
	char *path; /* owned */
};

static void draft_done(struct draft *d)
{
	struct err ignored;

	if (d->path)
		(void)!fs_rmtree(d->path, &ignored);
	free(d->path);
}

static int copy_blob(struct store *s, const struct cargo_blob *b, int blobs, struct err *e)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	AUTO(fd) int from = -1;
	char hex[DIGEST_HEX_MAX];
	struct digest got;
	bool ours;

	if (cargo_open_blob(s, b, &from, e) < 0 || fs_create(&f, blobs, e) < 0 ||
	    fs_copy(from, f.fd, &ours, e) < 0 || digest_fd(&got, f.fd, e) < 0)
		return -1;
	if (!digest_eq(&got, &b->digest))
		return cargo_refuse_blob(s, b, &got, e);
	return fs_commit(&f, blobs, digest_hex(&b->digest, hex), e);
}

static int fill(struct store *s, const struct cargo *c, const char *path, struct err *e)
{
	AUTO_DONE(buf) struct buf index = {0};
	AUTO(fd) int dir = -1;
	AUTO(fd) int blobs = -1;
	AUTO(fd) int sha256 = -1;

	if (fs_open_dir(AT_FDCWD, path, false, &dir, e) < 0 ||
	    fs_open_dir(dir, "blobs", true, &blobs, e) < 0 ||
	    fs_open_dir(blobs, "sha256", true, &sha256, e) < 0)
		return -1;
	for (size_t i = 0; i < c->nblobs; i++)
		if (copy_blob(s, &c->blobs[i], sha256, e) < 0)
			return -1;
	cargo_index(c, false, &index);
	if (fs_write_file(dir, "oci-layout", STORE_LAYOUT, strlen(STORE_LAYOUT), e) < 0)
		return -1;
	return fs_write_file(dir, "index.json", index.p, index.len, e);
}

/* May this folder go?  Not when it holds anything but a layout; an empty one may. */
static int check_old(const char *path, bool *ret_exists, struct err *e)
{
	static const char *const known[] = {".", "..", "oci-layout", "index.json", "blobs"};
	AUTO(dir) DIR *d = opendir(path);
	struct dirent *x;
	size_t n = 2;

	*ret_exists = d != NULL;
	if (!d)
		return errno == ENOENT ? 0 : err_sys(e, "open the folder %s", path);
	/* Without its mark it is no layout, and its "blobs" are somebody's own. */
	if (faccessat(dirfd(d), "oci-layout", F_OK, 0) == 0)
		n = ARRAY_LEN(known);
	while ((x = readdir(d))) {
		bool ok = false;

		for (size_t i = 0; i < n; i++)
			ok |= !strcmp(x->d_name, known[i]);
		if (ok)
			continue;
		err_set(e, ERR_USAGE, "%s holds other things than an OCI layout ('%s')", path,
		        x->d_name);
		return err_hint(e, "name a folder that does not exist yet");
	}
	return 0;
}

/* Gives the finished folder its name; the one that had it becomes the draft, and goes. */
static int settle(const struct draft *d, const char *dir, bool exists, struct err *e)
{
	if (renameat2(AT_FDCWD, d->path, AT_FDCWD, dir, exists ? RENAME_EXCHANGE : 0) == 0)
		return 0;
	return err_sys(e, "rename to %s", dir);
}

int layout_write(struct store *s, const struct index_image *const *images, size_t n,
                 const char *dir, struct err *e)
{
	AUTO_DONE(cargo) struct cargo c = {0};
	AUTO_DONE(draft) struct draft d = {0};
	AUTO(str) char *clean = mem_dup(dir);
	bool exists;

	for (size_t i = strlen(clean); i > 1 && clean[i - 1] == '/'; i--)
		clean[i - 1] = '\0';
	if (check_old(clean, &exists, e) < 0 || cargo_read(s, images, n, &c, e) < 0)
		return -1;
	d.path = mem_printf("%s.XXXXXX", clean);
	if (!mkdtemp(d.path) || chmod(d.path, 0755) < 0)
		return err_sys(e, "make a folder beside %s", clean);
	if (fill(s, &c, d.path, e) < 0)
		return err_ctx(e, "%s", clean);
	return settle(&d, clean, exists, e);
}
