// SPDX-License-Identifier: Apache-2.0
/* bytes: inputs that are the same on every machine, and blobs taken apart. */
#pragma once

#include <libdeflate.h>

#include "base/digest.h"
#include "unit.h"

/* xorshift64*: as hard to compress as bytes get. */
static inline void fill_random(uint8_t *p, size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed ^= seed >> 12;
		seed ^= seed << 25;
		seed ^= seed >> 27;
		p[i] = (uint8_t)(seed * 0x2545f4914f6cdd1du >> 56);
	}
}

/* Noise of so many different bytes: the fewer, the smaller it gets, though nothing repeats. */
static inline void fill_noise(uint8_t *p, size_t n, uint64_t seed, unsigned different)
{
	fill_random(p, n, seed);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(p[i] % different);
}

static inline void fill_text(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t) "the same words again and again, "[(i * i / 7 + i) % 32];
}

/* The members of a gzip file: how long each is, before and after.  Their contents, joined, are *ret
 * (the caller's). */
struct member {
	size_t packed, plain;
};

static inline size_t take_apart(const uint8_t *p, size_t n, struct member *members, size_t cap,
                                struct buf *ret)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	size_t count = 0;

	while (n) {
		char *out = buf_room(ret, 1 << 20);
		struct member m;

		assert_true(count < cap);
		assert_int_equal(
			libdeflate_gzip_decompress_ex(d, p, n, out, 1 << 20, &m.packed, &m.plain),
			LIBDEFLATE_SUCCESS);
		ret->len += m.plain;
		p += m.packed;
		n -= m.packed;
		members[count++] = m;
	}
	libdeflate_free_decompressor(d);
	return count;
}
