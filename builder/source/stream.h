// SPDX-License-Identifier: Apache-2.0
/* stream: bytes that arrive in order: a file, or what comes out of a decompressor on another one.
 * A stream that has said "end" has verified everything it can: length, CRC, nothing behind it. */
#pragma once

#include "base/base.h"
#include "base/digest.h"
#include "base/err.h"

struct stream {
	/* Reads up to cap bytes; *ret_n 0 is the verified end. */
	int (*read)(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e);
	void (*free)(struct stream *s);
};

static inline void stream_free(struct stream *s)
{
	s->free(s);
}
AUTO_DEFINE(stream, struct stream *, NULL, stream_free)

/* Plain bytes of a file (fd is taken over).  With `want` set they are hashed on the way, and an end
 * with another digest is ERR_VERIFY. */
struct stream *stream_file(int fd, const struct digest *want);
/* Puts the decompressor the first bytes ask for (gzip, xz, zstd, bzip2, none) on `s`, which it owns
 * from then on, also on -1. */
int stream_inflate(struct stream *s, struct stream **ret, struct err *e);
/* Reads exactly n bytes or says how many there were; *ret_n < n only at the end. */
int stream_read_full(struct stream *s, void *buf, size_t n, size_t *ret_n, struct err *e);
