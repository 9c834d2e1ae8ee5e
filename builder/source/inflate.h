// SPDX-License-Identifier: Apache-2.0
/* inflate: the decompressors, each a stream on a stream that it owns.  Their end is verified: every
 * checksum right, nothing missing, nothing behind it (but zeros behind gzip); anything else is
 * ERR_VERIFY, as is more than INFLATE_MAX_RATIO times the bytes that went in.  Memory is what the
 * format's dictionary asks for: 32 kB for gzip, 4 MB for bzip2, at most what `xz -9` (64 MiB) and
 * `zstd --long` (128 MiB) write; more is refused. */
#pragma once

#include "source/stream.h"

#define INFLATE_MAX_RATIO 200
#define INFLATE_RATIO_FROM ((uint64_t)256 << 20) /* small files may be as dense as they like */

/* RFC 1952, any number of members. */
struct stream *stream_gzip(struct stream *s);
struct stream *stream_xz(struct stream *s);
struct stream *stream_zstd(struct stream *s);
struct stream *stream_bzip2(struct stream *s);

int inflate_check_ratio(uint64_t in, uint64_t out, struct err *e);
