// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"

#include <archive.h>
#include <archive_entry.h>

#include "source/inflate.h"
#include "source/stream.h"

/* A stream of bytes in memory, at most `most` at a time; it fails at its end when told to. */
struct source {
	struct stream door;
	const char *p;
	size_t left, most;
	bool fails;
};

static int source_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct source *x = (struct source *)s;
	size_t n = x->left < x->most ? x->left : x->most;

	n = n < cap ? n : cap;
	if (!x->left && x->fails)
		return err_set(e, ERR_SYS, "the disk is on fire");
	memcpy(buf, x->p, n);
	x->p += n;
	x->left -= n;
	*ret_n = n;
	return 0;
}

static void source_free(struct stream *s)
{
	free(s);
}

static struct stream *source(const struct buf *b, size_t most, bool fails)
{
	struct source *x = mem_alloc(1, sizeof *x);

	*x = (struct source){
		{source_read, source_free},
                buf_str(b), b->len, most, fails
        };
	return &x->door;
}

/* Reads what stream_inflate makes of `packed` to its end, `cap` bytes at a time. */
static int inflate_from(struct stream *from, size_t cap, struct buf *ret, struct err *e)
{
	AUTO(stream) struct stream *s = NULL;
	size_t n;

	*e = (struct err){0};
	if (stream_inflate(from, &s, e) < 0)
		return -1;
	do {
		if (s->read(s, buf_room(ret, cap), cap, &n, e) < 0)
			return -1;
		ret->len += n;
	} while (n);
	return s->read(s, buf_room(ret, cap), cap, &n, e) < 0 || n ? -1 : 0;
}

static int inflate(const struct buf *packed, size_t most, size_t cap, struct buf *ret,
                   struct err *e)
{
	ret->len = 0;
	return inflate_from(source(packed, most, false), cap, ret, e);
}

static void add_gzip(struct buf *ret, const void *p, size_t n)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	size_t room = libdeflate_gzip_compress_bound(c, n);

	ret->len += libdeflate_gzip_compress(c, p, n, buf_room(ret, room), room);
	libdeflate_free_compressor(c);
}

static void add_filtered(struct buf *ret, const void *p, size_t n, int (*filter)(struct archive *a))
{
	struct archive *a = archive_write_new();
	struct archive_entry *x = archive_entry_new();
	char *to = buf_room(ret, n + 100000);
	size_t used = 0;

	archive_entry_set_filetype(x, AE_IFREG);
	assert_int_equal(archive_write_set_format_raw(a) | filter(a), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, to, n + 100000, &used), ARCHIVE_OK);
	assert_int_equal(archive_write_header(a, x), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, p, n), n);
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(x);
	ret->len += used;
}

enum kind { PLAIN, GZIP, MEMBERS, XZ, ZSTD, BZIP2, KINDS };

static void pack_as(enum kind kind, struct buf *ret, const char *p, size_t n)
{
	switch (kind) {
	case PLAIN:
		return buf_put(ret, p, n);
	case MEMBERS:
		add_gzip(ret, p, n / 3);
		add_gzip(ret, "", 0);
		return add_gzip(ret, p + n / 3, n - n / 3);
	case XZ:
		return add_filtered(ret, p, n, archive_write_add_filter_xz);
	case ZSTD:
		return add_filtered(ret, p, n, archive_write_add_filter_zstd);
	case BZIP2:
		return add_filtered(ret, p, n, archive_write_add_filter_bzip2);
	default:
		return add_gzip(ret, p, n);
	}
}

static char text[300000];

static int make_text(void **state)
{
	(void)state;
	fill_text((uint8_t *)text, sizeof text / 2);
	fill_noise((uint8_t *)text + sizeof text / 2, sizeof text / 2, 3, 100);
	return 0;
}

static void reads_each_kind_in_any_strides(void **state)
{
	static const size_t most[] = {1, 7, 4096, 1 << 20}, cap[] = {1 << 18, 1000, 131072, 65536};

	(void)state;
	for (enum kind k = 0; k < KINDS; k++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		pack_as(k, &packed, text, sizeof text);
		for (size_t i = 0; i < ARRAY_LEN(most); i++) {
			assert_ok(inflate(&packed, most[i], cap[i], &got, &e));
			assert_int_equal(got.len, sizeof text);
			assert_memory_equal(got.p, text, sizeof text);
		}
	}
}

/* Parallel compressors write one stream after another. */
static void reads_streams_joined_into_one_file(void **state)
{
	(void)state;
	for (enum kind k = 0; k < KINDS; k++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		for (size_t i = 0; i < 3; i++)
			pack_as(k, &packed, text + i * 1000, 1000);
		assert_ok(inflate(&packed, 100, 1000, &got, &e));
		assert_int_equal(got.len, 3000);
		assert_memory_equal(got.p, text, 3000);
	}
}

static void reads_byte_by_byte(void **state)
{
	(void)state;
	for (enum kind k = 0; k < KINDS; k++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		pack_as(k, &packed, text, 3000);
		assert_ok(inflate(&packed, 1, 1, &got, &e));
		assert_int_equal(got.len, 3000);
		assert_memory_equal(got.p, text, 3000);
	}
}

static void what_is_too_short_for_any_magic_is_plain(void **state)
{
	static const char *const rows[] = {"", "\x1f", "\xfd\x37zX", "BZ", "hello"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		buf_add(&packed, rows[i]);
		assert_ok(inflate(&packed, 100, 100, &got, &e));
		assert_int_equal(got.len, packed.len);
		assert_memory_equal(buf_str(&got), rows[i], got.len);
	}
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (enum kind k = GZIP; k < KINDS; k++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		size_t member = 0, n;
		struct err e;

		pack_as(k, &packed, text, 600);
		n = packed.len;
		if (k == MEMBERS) { /* up to its first member's end it is a whole file */
			AUTO_DONE(buf) struct buf first = {0};

			add_gzip(&first, text, 200);
			member = first.len + 20 < n ? n - 30 : first.len + 20;
		}
		for (packed.len = member > 8 ? member : 8; packed.len < n; packed.len++) {
			if (inflate(&packed, 50, 1000, &got, &e) == 0)
				fail_msg("kind %d was taken at %zu of %zu", k, packed.len, n);
			assert_int_equal(e.kind, ERR_VERIFY);
		}
	}
}

/* (bzip2 has bits that mean nothing: there what comes out must be right all the same.) */
static void a_changed_byte_is_noticed(void **state)
{
	static const enum kind checked[] = {GZIP, XZ, BZIP2};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checked); i++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		pack_as(checked[i], &packed, text, 600);
		for (size_t at = 10; at < packed.len; at++) {
			packed.p[at] ^= 0x10;
			if (inflate(&packed, 50, 1000, &got, &e) < 0)
				assert_int_equal(e.kind, ERR_VERIFY);
			else if (checked[i] != BZIP2 || got.len != 600 ||
			         memcmp(got.p, text, 600) != 0)
				fail_msg("kind %d, byte %zu of %zu", checked[i], at, packed.len);
			packed.p[at] ^= 0x10;
		}
	}
}

static void says_that_a_checksum_is_wrong(void **state)
{
	AUTO_DONE(buf) struct buf packed = {0}, got = {0};
	struct err e;

	(void)state;
	add_gzip(&packed, text, 600);
	packed.p[packed.len - 8] ^= 1;
	assert_int_equal(inflate(&packed, 1 << 20, 1000, &got, &e), -1);
	assert_says(&e, ERR_VERIFY, "its gzip checksum is wrong");
}

static void bytes_behind_the_end_are_refused(void **state)
{
	(void)state;
	for (enum kind k = GZIP; k < KINDS; k++)
		for (size_t most = 1; most < 5000; most = most * 7 + 1) {
			AUTO_DONE(buf) struct buf packed = {0}, got = {0};
			struct err e;

			pack_as(k, &packed, text, 600);
			buf_add(&packed, "and more");
			assert_int_equal(inflate(&packed, most, 1000, &got, &e), -1);
			assert_says(&e, ERR_VERIFY,
			            k == BZIP2 || k == XZ || k == ZSTD ? "" : "bytes follow");
		}
}

/* Tape drives pad; what comes after padding is no part of the file. */
static void zeros_behind_gzip_are_padding_and_end_it(void **state)
{
	(void)state;
	for (size_t zeros = 1; zeros < 300000; zeros = zeros * 3 + 1)
		for (size_t most = 1; most < 1000000; most = most * 31 + 7) {
			AUTO_DONE(buf) struct buf packed = {0}, got = {0};
			struct err e;

			add_gzip(&packed, text, 600);
			memset(buf_room(&packed, zeros), 0, zeros);
			packed.len += zeros;
			assert_ok(inflate(&packed, most, 1000, &got, &e));
			assert_int_equal(got.len, 600);
			add_gzip(&packed, text, 600);
			assert_int_equal(inflate(&packed, most, 1000, &got, &e), -1);
			assert_says(&e, ERR_VERIFY, "bytes follow the end of its gzip data");
		}
}

static void what_the_source_says_is_what_the_reader_hears(void **state)
{
	(void)state;
	for (enum kind k = 0; k < KINDS; k++) {
		AUTO_DONE(buf) struct buf packed = {0}, got = {0};
		struct err e;

		pack_as(k, &packed, text, 600);
		packed.len -= 3;
		assert_int_equal(inflate_from(source(&packed, 10, true), 1000, &got, &e), -1);
		assert_says(&e, ERR_SYS, "the disk is on fire");
	}
}

static void an_archive_that_swells_too_much_is_refused(void **state)
{
	AUTO(str) char *zeros = mem_alloc(1 << 20, 1);
	AUTO_DONE(buf) struct buf packed = {0};
	struct stream *s;
	struct err e;
	size_t n, all = 0;
	int failed = 0;

	(void)state;
	for (int i = 0; i < 300; i++)
		add_gzip(&packed, zeros, 1 << 20);
	assert_ok(stream_inflate(source(&packed, 1 << 20, false), &s, &e));
	for (n = 1; n && !failed; all += n)
		failed = s->read(s, zeros, 1 << 20, &n, &e);
	stream_free(s);
	assert_int_equal(failed, -1);
	assert_says(&e, ERR_VERIFY, "more than 200 times its size");
	assert_true(all >= 255 << 20 && all <= 258 << 20);
}

static void a_file_is_held_to_its_digest(void **state)
{
	struct room *r = *state;
	struct digest right, wrong = {{1}};
	char bytes[10];
	size_t n;
	struct err e;

	digest_bytes(&right, "hello", 5);
	write_plainly(r->fd, "f", "hello", 5);
	for (int i = 0; i < 3; i++) {
		const struct digest *want = i == 0 ? NULL : i == 1 ? &right : &wrong;
		int fd = openat(r->fd, "f", O_RDONLY | O_CLOEXEC);
		AUTO(stream) struct stream *s = stream_file(fd, want);

		assert_ok(stream_read_full(s, bytes, 5, &n, &e));
		assert_int_equal(n, 5);
		if (i < 2) {
			assert_ok(s->read(s, bytes, 5, &n, &e));
			assert_int_equal(n, 0);
			continue;
		}
		assert_refused(s->read(s, bytes, 5, &n, &e), ERR_VERIFY, "want sha256:01000000");
		assert_non_null(strstr(e.hint, "payloads/"));
	}
}

static void reading_in_full_stops_only_at_the_end(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(stream) struct stream *s = NULL;
	char bytes[20];
	size_t n;
	struct err e;

	(void)state;
	buf_add(&b, "hello world");
	s = source(&b, 2, false);
	assert_ok(stream_read_full(s, bytes, 5, &n, &e));
	assert_int_equal(n, 5);
	assert_ok(stream_read_full(s, bytes, 20, &n, &e));
	assert_int_equal(n, 6);
	assert_memory_equal(bytes, " world", 6);
	assert_ok(stream_read_full(s, bytes, 20, &n, &e));
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_kind_in_any_strides),
		cmocka_unit_test(reads_streams_joined_into_one_file),
		cmocka_unit_test(reads_byte_by_byte),
		cmocka_unit_test(what_is_too_short_for_any_magic_is_plain),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_changed_byte_is_noticed),
		cmocka_unit_test(says_that_a_checksum_is_wrong),
		cmocka_unit_test(bytes_behind_the_end_are_refused),
		cmocka_unit_test(zeros_behind_gzip_are_padding_and_end_it),
		cmocka_unit_test(what_the_source_says_is_what_the_reader_hears),
		cmocka_unit_test(an_archive_that_swells_too_much_is_refused),
		in_a_room(a_file_is_held_to_its_digest),
		cmocka_unit_test(reading_in_full_stops_only_at_the_end),
	};

	return cmocka_run_group_tests(tests, make_text, NULL);
}
