// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"

#include <signal.h>
#include <sys/resource.h>

#include "layer/pack.h"
#include "store/store.h"

#define KIB ((size_t)1 << 10)
#define GOLDEN "tests/golden/pack.txt"

/* Entries as a tar has them: many small ones, some around the limits of a piece, some far beyond.
 */
static const size_t entries[] = {
	512,        256 * KIB - 512, 512,       1,          255 * KIB, 1024 * KIB, 3000 * KIB + 7,
	100 * KIB,  100 * KIB,       100 * KIB, 100 * KIB,  0,         256 * KIB,  1023 * KIB + 512,
	1024 * KIB, 40 * KIB,        700 * KIB, 2048 * KIB, 512,       512,
};

static size_t total(void)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		n += entries[i];
	return n;
}

/* A third of it text, a third noise that shrinks a little, a third noise that does not. */
static uint8_t *make_input(void)
{
	size_t n = total();
	uint8_t *p = mem_alloc(n, 1);

	fill_text(p, n / 3);
	fill_noise(p + n / 3, n / 3, 1, 160);
	fill_random(p + n / 3 * 2, n - n / 3 * 2, 2);
	return p;
}

/* Writes it in strides that have nothing to do with its entries. */
static int feed(struct pack *p, const uint8_t *bytes, size_t stride, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		if (pack_boundary(p, e) < 0)
			return -1;
		for (size_t left = entries[i]; left;) {
			size_t n = left < stride ? left : stride;

			if (pack_write(p, bytes, n, e) < 0)
				return -1;
			bytes += n;
			left -= n;
		}
	}
	return 0;
}

static void pack_all(struct store *s, unsigned threads, size_t stride, struct packed *ret)
{
	AUTO(str) char *bytes = (char *)make_input();
	AUTO(pack) struct pack *p = NULL;
	struct err e;

	assert_ok(pack_open(s, threads, &p, &e));
	assert_ok(feed(p, (const uint8_t *)bytes, stride, &e));
	assert_ok(pack_close(p, ret, &e));
}

static void read_blob(struct store *s, const struct packed *x, struct buf *ret)
{
	struct err e;

	assert_ok(store_read_blob(s, &x->digest, 64 << 20, ret, &e));
	assert_int_equal(ret->len, x->size);
}

static void says_the_digests_and_sizes_of_blob_and_tar(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf blob = {0}, tar = {0};
	AUTO(str) char *bytes = (char *)make_input();
	struct member members[100];
	struct packed x;
	struct digest d;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	pack_all(&s, 2, 10000, &x);
	read_blob(&s, &x, &blob);
	take_apart((uint8_t *)blob.p, blob.len, members, ARRAY_LEN(members), &tar);
	assert_int_equal(tar.len, total());
	assert_int_equal(x.tar_size, total());
	assert_memory_equal(tar.p, bytes, total());
	digest_bytes(&d, bytes, total());
	assert_true(digest_eq(&d, &x.diff_id));
}

/* The rule of the header, computed from the entries alone. */
static size_t expected_pieces(size_t *ret)
{
	size_t count = 0, len = 0;

	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		if (len >= 256 * KIB) {
			ret[count++] = len;
			len = 0;
		}
		for (len += entries[i]; len >= 1024 * KIB; len -= 1024 * KIB)
			ret[count++] = 1024 * KIB;
	}
	if (len)
		ret[count++] = len;
	return count;
}

static void a_piece_ends_where_the_contents_say(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf blob = {0}, tar = {0};
	size_t want[100], n = expected_pieces(want);
	struct member members[100];
	struct packed x;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	pack_all(&s, 3, 7777, &x);
	read_blob(&s, &x, &blob);
	assert_int_equal(take_apart((uint8_t *)blob.p, blob.len, members, 100, &tar), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(members[i].plain, want[i]);
}

static void threads_and_strides_change_no_byte(void **state)
{
	static const struct {
		unsigned threads;
		size_t stride;
	} rows[] = {
		{1,    1 << 20},
                {2,    1 << 20},
                {3,    512    },
                {8,    65536  },
                {0,    999983 },
                {1000, 1 << 24}
        };
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct packed first, x;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	pack_all(&s, 1, 512, &first);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		pack_all(&s, rows[i].threads, rows[i].stride, &x);
		assert_true(digest_eq(&x.digest, &first.digest));
		assert_true(digest_eq(&x.diff_id, &first.diff_id));
		assert_int_equal(x.size, first.size);
	}
}

/* `make bless` writes what is found over the golden file. */
static void the_profile_pins_the_bytes(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf text = {0}, golden = {0};
	char blob[DIGEST_STR_MAX], tar[DIGEST_STR_MAX];
	const char *bless = getenv("BLESS");
	struct packed x;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	pack_all(&s, 2, 65536, &x);
	buf_printf(&text, "profile %s\nblob %s %llu\ndiffID %s %llu\n", pack_profile,
	           digest_str(&x.digest, blob), (unsigned long long)x.size,
	           digest_str(&x.diff_id, tar), (unsigned long long)x.tar_size);
	if (bless && *bless)
		write_plainly(AT_FDCWD, GOLDEN, text.p, text.len);
	assert_ok(fs_read_file(AT_FDCWD, GOLDEN, 1000, &golden, &e));
	assert_string_equal(text.p, golden.p);
}

static void a_blob_given_up_leaves_nothing(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO(str) char *bytes = (char *)make_input();
	struct pack *p = NULL;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(pack_open(&s, 4, &p, &e));
	assert_ok(feed(p, (const uint8_t *)bytes, 65536, &e));
	pack_free(p);
	assert_int_equal(rmdir(room_path(r, "tmp")), 0);
	assert_int_equal(rmdir(room_path(r, "blobs/sha256")), 0);
}

/* As on a full disk: 1 when packing failed, with nothing left in the store. */
static int pack_within(struct room *r, rlim_t limit, struct err *e)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO(str) char *bytes = (char *)make_input();
	struct rlimit was, small;
	struct packed x = {.size = 42};
	struct pack *p = NULL;
	int failed;

	if (store_open(&s, r->path, e) < 0 || pack_open(&s, 2, &p, e) < 0)
		return 0;
	getrlimit(RLIMIT_FSIZE, &was);
	small = (struct rlimit){limit, was.rlim_max};
	setrlimit(RLIMIT_FSIZE, &small);
	failed = feed(p, (const uint8_t *)bytes, 65536, e) < 0 || pack_close(p, &x, e) < 0;
	setrlimit(RLIMIT_FSIZE, &was);
	pack_free(p);
	return failed && x.size == 42 && rmdir(room_path(r, "tmp")) == 0 &&
	       rmdir(room_path(r, "blobs/sha256")) == 0;
}

static void a_write_that_fails_is_the_callers_to_hear(void **state)
{
	struct room *r = *state;
	struct packed x;
	struct err e = {0};

	signal(SIGXFSZ, SIG_IGN);
	{
		AUTO_DONE(store) struct store s = STORE_NONE;

		assert_ok(store_open(&s, room_path(r, "whole"), &e));
		pack_all(&s, 1, 65536, &x);
	}
	for (int i = 0; i < 2; i++) { /* early, and with the very last byte */
		e = (struct err){0};
		assert_int_equal(pack_within(r, i ? x.size - 1 : 2 << 20, &e), 1);
		assert_says(&e, ERR_SYS, "write: File too large");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(says_the_digests_and_sizes_of_blob_and_tar),
		in_a_room(a_piece_ends_where_the_contents_say),
		in_a_room(threads_and_strides_change_no_byte),
		in_a_room(the_profile_pins_the_bytes),
		in_a_room(a_blob_given_up_leaves_nothing),
		in_a_room(a_write_that_fails_is_the_callers_to_hear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
