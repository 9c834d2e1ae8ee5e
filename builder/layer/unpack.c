// SPDX-License-Identifier: Apache-2.0
#include "layer/unpack.h"

#include "base/mem.h"

/* Hashes what passes. */
struct tap {
	struct stream door;
	struct stream *from;
	struct hash hash;
};

struct unpack {
	struct tarball *tar;
	struct tap *tap; /* the tarball's */
};

static int tap_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct tap *t = (struct tap *)s;

	if (t->from->read(t->from, buf, cap, ret_n, e) < 0)
		return -1;
	hash_add(&t->hash, buf, *ret_n);
	return 0;
}

static void tap_free(struct stream *s)
{
	struct tap *t = (struct tap *)s;

	stream_free(t->from);
	hash_done(&t->hash);
	free(t);
}

int unpack_open(struct store *s, const struct digest *blob, struct unpack **ret, struct err *e)
{
	/* Packages may bring setuid programs; their layers are not those of strangers. */
	static const struct tarball_rules rules = {.debian = true};
	struct unpack *u;
	struct stream *from;
	struct tap *tap;
	int fd;

	if (store_open_file(s->blobs, blob, &fd, e) < 0 ||
	    stream_inflate(stream_file(fd, blob), &from, e) < 0)
		return -1;
	tap = mem_alloc(1, sizeof *tap);
	tap->door = (struct stream){tap_read, tap_free};
	tap->from = from;
	u = mem_alloc(1, sizeof *u);
	u->tap = tap;
	u->tar = tarball_open(&tap->door, &rules);
	*ret = u;
	return 0;
}

void unpack_free(struct unpack *u)
{
	tarball_free(u->tar);
	free(u);
}

int unpack_next(struct unpack *u, struct entry *ret, struct err *e)
{
	return tarball_next(u->tar, ret, e);
}

int unpack_read(struct unpack *u, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	return tarball_read(u->tar, buf, cap, ret_n, e);
}

void unpack_diff_id(struct unpack *u, struct digest *ret)
{
	hash_end(&u->tap->hash, ret->bytes);
}
