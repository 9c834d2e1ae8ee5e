// SPDX-License-Identifier: Apache-2.0
#include "ship/bundle.h"

#include <fcntl.h>
#include <libgen.h>
#include <string.h>

#include "base/mem.h"
#include "layer/tar.h"
#include "ship/cargo.h"

/* One member: its header is followed by bytes in memory or by a blob, and by padding. */
struct part {
	struct buf head; /* the header, and the bytes of a document with their padding */
	const struct cargo_blob *blob; /* NULL: a document */
};

struct bundle {
	struct store *store;
	struct cargo cargo;
	struct part *parts;
	size_t nparts;
	/* where reading stands */
	size_t part;
	uint64_t done; /* bytes of the part already given out */
	int fd;        /* the blob being read */
	struct hash hash;
};

static struct part *add_part(struct bundle *b, const struct entry *x)
{
	struct part *p;

	b->parts = mem_grow(b->parts, b->nparts + 1, sizeof *b->parts);
	p = &b->parts[b->nparts++];
	*p = (struct part){0};
	tar_header(&p->head, x);
	return p;
}

static void add_dir(struct bundle *b, const char *name)
{
	add_part(b, &(struct entry){.type = ENTRY_DIR, .name = name, .mode = 0755});
}

static void add_zeros(struct buf *ret, size_t n)
{
	static const char zeros[TAR_END];

	buf_put(ret, zeros, n);
}

static void add_document(struct bundle *b, const char *name, const struct buf *text)
{
	const struct entry x = {.type = ENTRY_FILE, .name = name, .mode = 0644, .size = text->len};
	struct part *p = add_part(b, &x);

	buf_put(&p->head, text->p, text->len);
	add_zeros(&p->head, tar_padding(text->len));
}

/* The order of names, so that equal images give equal archives. */
static void add_parts(struct bundle *b)
{
	AUTO_DONE(buf) struct buf index = {0}, docker = {0}, layout = {0};

	cargo_index(&b->cargo, true, &index);
	cargo_docker(&b->cargo, &docker);
	buf_add(&layout, STORE_LAYOUT);
	add_dir(b, "blobs");
	add_dir(b, "blobs/sha256");
	for (size_t i = 0; i < b->cargo.nblobs; i++) {
		const struct cargo_blob *blob = &b->cargo.blobs[i];
		char name[13 + DIGEST_HEX_MAX] = "blobs/sha256/";
		const struct entry x = {
			.type = ENTRY_FILE, .name = name, .mode = 0644, .size = blob->size};

		digest_hex(&blob->digest, name + 13);
		add_part(b, &x)->blob = blob;
	}
	add_document(b, "index.json", &index);
	add_document(b, "manifest.json", &docker);
	add_document(b, "oci-layout", &layout);
	add_zeros(&b->parts[b->nparts - 1].head, TAR_END);
}

int bundle_open(struct store *s, const struct index_image *const *images, size_t n,
                struct bundle **ret, struct err *e)
{
	AUTO(bundle) struct bundle *b = mem_alloc(1, sizeof *b);

	b->store = s;
	b->fd = -1;
	if (cargo_read(s, images, n, &b->cargo, e) < 0)
		return -1;
	add_parts(b);
	*ret = take(&b);
	return 0;
}

void bundle_free(struct bundle *b)
{
	for (size_t i = 0; i < b->nparts; i++)
		buf_done(&b->parts[i].head);
	free(b->parts);
	cargo_done(&b->cargo);
	hash_done(&b->hash);
	if (b->fd >= 0)
		close(b->fd);
	free(b);
}

uint64_t bundle_size(const struct bundle *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < b->nparts; i++) {
		const struct cargo_blob *blob = b->parts[i].blob;

		n += b->parts[i].head.len + (blob ? blob->size + tar_padding(blob->size) : 0);
	}
	return n;
}

/* The blob has been read to its end: were they its bytes, and is nothing behind them? */
static int end_blob(struct bundle *b, const struct cargo_blob *blob, struct err *e)
{
	struct digest got;

	hash_end(&b->hash, got.bytes);
	close(b->fd);
	b->fd = -1;
	return digest_eq(&got, &blob->digest) ? 0 : cargo_refuse_blob(b->store, blob, &got, e);
}

static int read_blob(struct bundle *b, const struct part *p, void *buf, size_t cap, size_t *ret_n,
                     struct err *e)
{
	const struct cargo_blob *blob = p->blob;
	uint64_t at = b->done - p->head.len;
	ssize_t n;

	if (at >= blob->size) {
		*ret_n = tar_padding(blob->size) - (size_t)(at - blob->size);
		*ret_n = *ret_n < cap ? *ret_n : cap;
		memset(buf, 0, *ret_n);
		return 0;
	}
	if (b->fd < 0 && cargo_open_blob(b->store, blob, &b->fd, e) < 0)
		return -1;
	if (cap > blob->size - at)
		cap = (size_t)(blob->size - at);
	n = read(b->fd, buf, cap);
	if (n < 0)
		return err_sys(e, "read a blob of the store");
	if (n == 0)
		return err_set(e, ERR_VERIFY, "a blob of the store became shorter");
	hash_add(&b->hash, buf, (size_t)n);
	*ret_n = (size_t)n;
	return at + (uint64_t)n == blob->size ? end_blob(b, blob, e) : 0;
}

int bundle_read(void *bundle, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct bundle *b = bundle;

	for (; b->part < b->nparts; b->part++, b->done = 0) {
		const struct part *p = &b->parts[b->part];
		size_t n = 0;

		if (b->done < p->head.len) {
			n = p->head.len - (size_t)b->done;
			n = n < cap ? n : cap;
			memcpy(buf, p->head.p + b->done, n);
		} else if (p->blob && read_blob(b, p, buf, cap, &n, e) < 0) {
			return -1;
		}
		b->done += n;
		*ret_n = n;
		if (n)
			return 0;
	}
	*ret_n = 0;
	return 0;
}

/* fd -1: nowhere, for the checks alone. */
static int pour(struct store *s, const struct index_image *const *images, size_t n, int fd,
                struct err *e)
{
	AUTO(bundle) struct bundle *b = NULL;
	AUTO_DONE(buf) struct buf room = {0};
	size_t got;

	if (bundle_open(s, images, n, &b, e) < 0)
		return -1;
	buf_room(&room, 1 << 18);
	do {
		if (bundle_read(b, room.p, 1 << 18, &got, e) < 0 ||
		    (fd >= 0 && fs_write(fd, room.p, got, e) < 0))
			return -1;
	} while (got);
	return 0;
}

int bundle_write_fd(struct store *s, const struct index_image *const *images, size_t n, int fd,
                    struct err *e)
{
	/* Whoever reads the pipe could not be told later that a blob was damaged. */
	if (pour(s, images, n, -1, e) < 0)
		return -1;
	return pour(s, images, n, fd, e);
}

int bundle_write_file(struct store *s, const struct index_image *const *images, size_t n,
                      const char *path, struct err *e)
{
	AUTO(str) char *for_dir = mem_dup(path);
	AUTO(str) char *for_name = mem_dup(path);
	AUTO(fd) int dir = -1; /* before f: that goes first, and needs it */
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;

	if (fs_open_dir(AT_FDCWD, dirname(for_dir), false, &dir, e) < 0 ||
	    fs_create(&f, dir, e) < 0 || pour(s, images, n, f.fd, e) < 0)
		return err_ctx(e, "%s", path);
	return fs_commit(&f, dir, basename(for_name), e);
}
