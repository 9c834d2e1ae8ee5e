// SPDX-License-Identifier: Apache-2.0
#include <lzma.h>

#include "base/mem.h"
#include "source/inflate.h"

#define IN_SIZE ((size_t)64 << 10)
#define MEMORY_MOST ((uint64_t)80 << 20) /* `xz -9` wants 65 MiB */

struct unxz {
	struct stream door;
	struct stream *from;
	lzma_stream state;
	bool drained, ended;
	uint64_t in, out;
	uint8_t bytes[IN_SIZE];
};

static int refill(struct unxz *u, struct err *e)
{
	size_t n;

	if (u->from->read(u->from, u->bytes, sizeof u->bytes, &n, e) < 0)
		return -1;
	u->in += n;
	u->drained = n == 0;
	u->state.next_in = u->bytes;
	u->state.avail_in = n;
	return 0;
}

static int failed(lzma_ret code, struct err *e)
{
	switch (code) {
	case LZMA_MEMLIMIT_ERROR:
		return err_set(e, ERR_VERIFY, "its xz dictionary is larger than `xz -9` makes one");
	case LZMA_BUF_ERROR:
		return err_set(e, ERR_VERIFY, "its xz data is cut short");
	case LZMA_MEM_ERROR:
		abort();
	default:
		return err_set(e, ERR_VERIFY, "its xz data is corrupt, or something follows it");
	}
}

static int unxz_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct unxz *u = (struct unxz *)s;

	u->state.next_out = buf;
	u->state.avail_out = cap;
	while (!u->ended && u->state.avail_out) {
		lzma_ret code;

		if (!u->state.avail_in && !u->drained && refill(u, e) < 0)
			return -1;
		code = lzma_code(&u->state, u->drained ? LZMA_FINISH : LZMA_RUN);
		u->ended = code == LZMA_STREAM_END;
		if (code != LZMA_OK && !u->ended)
			return failed(code, e);
	}
	*ret_n = cap - u->state.avail_out;
	u->out += *ret_n;
	return inflate_check_ratio(u->in, u->out, e);
}

static void unxz_free(struct stream *s)
{
	struct unxz *u = (struct unxz *)s;

	lzma_end(&u->state);
	stream_free(u->from);
	free(u);
}

struct stream *stream_xz(struct stream *s)
{
	struct unxz *u = mem_alloc(1, sizeof *u);

	u->door = (struct stream){unxz_read, unxz_free};
	u->from = s;
	u->state = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&u->state, MEMORY_MOST, LZMA_CONCATENATED) != LZMA_OK)
		abort(); /* only for want of memory */
	return &u->door;
}
