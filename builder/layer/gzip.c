// SPDX-License-Identifier: Apache-2.0
#include "layer/gzip.h"

#include <libdeflate.h>

#include "base/mem.h"

#define SAMPLES 8
#define SAMPLE_SIZE ((size_t)8 << 10)

/* What the samples decide (percent of their size after level 1): above STORE they are not worth the
 * time, below GOOD the better level pays. */
#define STORE 96
#define GOOD 60

enum { STORED, QUICK, BETTER, LEVELS };
static const int levels[LEVELS] = {0, 1, 6};

struct gzip {
	struct libdeflate_compressor *by_level[LEVELS];
	uint8_t scratch[2 * SAMPLES * SAMPLE_SIZE];
};

struct gzip *gzip_new(void)
{
	struct gzip *g = mem_alloc(1, sizeof *g);

	for (int i = 0; i < LEVELS; i++) {
		g->by_level[i] = libdeflate_alloc_compressor(levels[i]);
		if (!g->by_level[i])
			abort();
	}
	return g;
}

void gzip_free(struct gzip *g)
{
	for (int i = 0; i < LEVELS; i++)
		libdeflate_free_compressor(g->by_level[i]);
	free(g);
}

size_t gzip_bound(size_t n)
{
	return libdeflate_gzip_compress_bound(NULL, n);
}

static size_t quick_size(struct gzip *g, const uint8_t *p, size_t n)
{
	return libdeflate_deflate_compress(g->by_level[QUICK], p, n, g->scratch, sizeof g->scratch);
}

/* Eight samples of 8 KiB, the first at the start, the last at the end; a small piece is one sample.
 */
static int choose(struct gzip *g, const uint8_t *p, size_t n)
{
	size_t in = 0, out = 0;

	if (n <= SAMPLES * SAMPLE_SIZE) {
		in = n;
		out = quick_size(g, p, n);
	} else {
		for (size_t i = 0; i < SAMPLES; i++) {
			size_t at = (n - SAMPLE_SIZE) * i / (SAMPLES - 1);

			in += SAMPLE_SIZE;
			out += quick_size(g, p + at, SAMPLE_SIZE);
		}
	}
	if (out * 100 > in * STORE)
		return STORED;
	return out * 100 < in * GOOD ? BETTER : QUICK;
}

size_t gzip_piece(struct gzip *g, const void *piece, size_t n, void *out)
{
	struct libdeflate_compressor *c = g->by_level[choose(g, piece, n)];
	size_t len = libdeflate_gzip_compress(c, piece, n, out, gzip_bound(n));

	if (!len)
		abort(); /* gzip_bound said it fits */
	return len;
}
