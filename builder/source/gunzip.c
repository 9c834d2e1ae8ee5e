// SPDX-License-Identifier: Apache-2.0
#include <isa-l/igzip_lib.h>
#include <string.h>

#include "base/mem.h"
#include "source/inflate.h"

#define IN_SIZE ((size_t)128 << 10)

struct gunzip {
	struct stream door;
	struct stream *from;
	struct inflate_state state;
	uint64_t in, out;
	bool ended; /* the last member is complete and nothing follows */
	uint8_t bytes[IN_SIZE];
};

static int refill(struct gunzip *g, struct err *e)
{
	size_t n;

	if (g->from->read(g->from, g->bytes, sizeof g->bytes, &n, e) < 0)
		return -1;
	g->in += n;
	g->state.next_in = g->bytes;
	g->state.avail_in = (uint32_t)n;
	return 0;
}

static const char *complaint(int code)
{
	switch (code) {
	case ISAL_INCORRECT_CHECKSUM:
		return "its gzip checksum is wrong: the file is damaged";
	case ISAL_INVALID_WRAPPER:
	case ISAL_UNSUPPORTED_METHOD:
		return "its gzip header is invalid";
	default:
		return "its gzip data is corrupt";
	}
}

/* Behind a member: another one, or zeros to the end. */
static int after_member(struct gunzip *g, struct err *e)
{
	bool padded = false;

	for (;;) {
		while (g->state.avail_in && *g->state.next_in == 0) {
			padded = true;
			g->state.next_in++;
			g->state.avail_in--;
		}
		if (g->state.avail_in)
			break;
		if (refill(g, e) < 0)
			return -1;
		if (g->state.avail_in == 0) {
			g->ended = true;
			return 0;
		}
	}
	if (padded || *g->state.next_in != 0x1f)
		return err_set(e, ERR_VERIFY, "bytes follow the end of its gzip data");
	isal_inflate_reset(&g->state);
	return 0;
}

static int gunzip_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct gunzip *g = (struct gunzip *)s;

	*ret_n = 0;
	g->state.next_out = buf;
	g->state.avail_out = cap < UINT32_MAX ? (uint32_t)cap : UINT32_MAX;
	while (!g->ended && g->state.avail_out) {
		uint32_t room = g->state.avail_out;
		int code;

		if (g->state.avail_in == 0 && refill(g, e) < 0)
			return -1;
		code = isal_inflate(&g->state);
		if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT)
			return err_set(e, ERR_VERIFY, "%s", complaint(code));
		*ret_n += room - g->state.avail_out;
		if (g->state.block_state == ISAL_BLOCK_FINISH) {
			if (after_member(g, e) < 0)
				return -1;
		} else if (g->state.avail_in == 0 && g->state.avail_out) {
			if (refill(g, e) < 0)
				return -1;
			if (g->state.avail_in == 0)
				return err_set(e, ERR_VERIFY, "its gzip data is cut short");
		}
	}
	g->out += *ret_n;
	return inflate_check_ratio(g->in, g->out, e);
}

static void gunzip_free(struct stream *s)
{
	struct gunzip *g = (struct gunzip *)s;

	stream_free(g->from);
	free(g);
}

struct stream *stream_gzip(struct stream *s)
{
	struct gunzip *g = mem_alloc(1, sizeof *g);

	g->door = (struct stream){gunzip_read, gunzip_free};
	g->from = s;
	isal_inflate_init(&g->state);
	g->state.crc_flag = ISAL_GZIP;
	return &g->door;
}

int inflate_check_ratio(uint64_t in, uint64_t out, struct err *e)
{
	if (out < INFLATE_RATIO_FROM || out / INFLATE_MAX_RATIO < in)
		return 0;
	return err_set(e, ERR_VERIFY, "it unpacks to more than %d times its size",
	               INFLATE_MAX_RATIO);
}
