// SPDX-License-Identifier: Apache-2.0
/* libarchive reads zstd and bzip2: one named filter, the "raw" format, nothing else enabled. */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/mem.h"
#include "source/inflate.h"

#define IN_SIZE ((size_t)64 << 10)

struct unfilter {
	struct stream door;
	struct stream *from;
	const char *name;
	int filter;
	struct archive *a;
	uint64_t in, out;
	struct err err; /* what the stream below said */
	char bytes[IN_SIZE];
};

static la_ssize_t give(struct archive *a, void *ctx, const void **ret)
{
	struct unfilter *u = ctx;
	size_t n;

	(void)a;
	if (u->from->read(u->from, u->bytes, sizeof u->bytes, &n, &u->err) < 0)
		return ARCHIVE_FATAL;
	u->in += n;
	*ret = u->bytes;
	return (la_ssize_t)n;
}

static int failed(struct unfilter *u, struct err *e)
{
	const char *why = archive_error_string(u->a);

	if (u->err.kind) {
		*e = u->err;
		return -1;
	}
	return err_set(e, ERR_VERIFY, "its %s data cannot be read: %s", u->name,
	               why ? why : "unknown reason");
}

static int start(struct unfilter *u, struct err *e)
{
	struct archive_entry *x;

	u->a = archive_read_new();
	/* Appended, not bid for: what is no such data would else pass as it is. */
	if (!u->a || archive_read_append_filter(u->a, u->filter) != ARCHIVE_OK ||
	    archive_read_support_format_raw(u->a) != ARCHIVE_OK ||
	    archive_read_open(u->a, u, NULL, give, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(u->a, &x) != ARCHIVE_OK)
		return failed(u, e);
	return 0;
}

/* libarchive stops where the compressed data ends; what is behind it is ours to refuse. */
static int check_rest(struct unfilter *u, struct err *e)
{
	uint64_t used = (uint64_t)archive_filter_bytes(u->a, -1);
	size_t n;

	if (used != u->in)
		return err_set(e, ERR_VERIFY, "bytes follow the end of its %s data", u->name);
	if (u->from->read(u->from, u->bytes, sizeof u->bytes, &n, e) < 0)
		return -1;
	if (n)
		return err_set(e, ERR_VERIFY, "bytes follow the end of its %s data", u->name);
	return 0;
}

static int unfilter_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct unfilter *u = (struct unfilter *)s;
	la_ssize_t n;

	if (!u->a && start(u, e) < 0)
		return -1;
	n = archive_read_data(u->a, buf, cap);
	if (n < 0)
		return failed(u, e);
	if (n == 0 && check_rest(u, e) < 0)
		return -1;
	u->out += (uint64_t)n;
	*ret_n = (size_t)n;
	return inflate_check_ratio(u->in, u->out, e);
}

static void unfilter_free(struct stream *s)
{
	struct unfilter *u = (struct unfilter *)s;

	archive_read_free(u->a);
	stream_free(u->from);
	free(u);
}

static struct stream *unfilter(struct stream *s, const char *name, int filter)
{
	struct unfilter *u = mem_alloc(1, sizeof *u);

	u->door = (struct stream){unfilter_read, unfilter_free};
	u->from = s;
	u->name = name;
	u->filter = filter;
	return &u->door;
}

struct stream *stream_zstd(struct stream *s)
{
	return unfilter(s, "zstd", ARCHIVE_FILTER_ZSTD);
}

struct stream *stream_bzip2(struct stream *s)
{
	return unfilter(s, "bzip2", ARCHIVE_FILTER_BZIP2);
}
