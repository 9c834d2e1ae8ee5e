// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <sys/mman.h>

#include "layer/tar.h"
#include "source/tarball.h"

static void put(struct buf *b, const struct entry *x, const char *contents)
{
	tar_header(b, x);
	buf_put(b, contents, x->size);
	memset(buf_room(b, tar_padding(x->size)), 0, tar_padding(x->size));
	b->len += tar_padding(x->size);
}

static void put_file(struct buf *b, const char *name, const char *contents)
{
	put(b,
	    &(struct entry){.type = ENTRY_FILE,
	                    .name = name,
	                    .mode = 0640,
	                    .uid = 7,
	                    .gid = 8,
	                    .size = strlen(contents),
	                    .mtime = 99},
	    contents);
}

static void put_end(struct buf *b)
{
	memset(buf_room(b, TAR_END), 0, TAR_END);
	b->len += TAR_END;
}

static struct tarball *opened(const struct buf *b, const struct tarball_rules *rules)
{
	struct err e = {0};
	int fd = memfd_create("tarball", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_ok(fs_write(fd, b->p, b->len, &e));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return tarball_open(stream_file(fd, NULL), rules);
}

/* What the entry holds, read `cap` bytes at a time. */
static void assert_holds(struct tarball *t, const char *want, size_t cap)
{
	AUTO_DONE(buf) struct buf got = {0};
	struct err e;
	size_t n;

	do {
		assert_ok(tarball_read(t, buf_room(&got, cap), cap, &n, &e));
		got.len += n;
	} while (n);
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(buf_str(&got), want, got.len);
}

static void gives_each_entry_and_its_contents_then_the_verified_end(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(tarball) struct tarball *t = NULL;
	struct entry x;
	struct err e;

	(void)state;
	put_file(&b, "a", "hello");
	put_file(&b, "empty", "");
	put_end(&b);
	t = opened(&b, &(struct tarball_rules){0});
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_string_equal(x.name, "a");
	assert_int_equal(x.type, ENTRY_FILE);
	assert_int_equal(x.mode, 0640);
	assert_int_equal(x.uid, 7);
	assert_int_equal(x.gid, 8);
	assert_int_equal(x.size, 5);
	assert_int_equal(x.mtime, 99);
	assert_holds(t, "hello", 2);
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_holds(t, "", 2);
	assert_int_equal(tarball_next(t, &x, &e), 0);
}

static void skips_what_was_not_read(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO_DONE(buf) struct buf long_text = {0};
	AUTO(tarball) struct tarball *t = NULL;
	struct entry x;
	struct err e;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_add(&long_text, "0123456789");
	put_file(&b, "long", long_text.p);
	put_file(&b, "next", "here");
	put_end(&b);
	t = opened(&b, &(struct tarball_rules){0});
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_string_equal(x.name, "next");
	assert_holds(t, "here", 1 << 20);
	assert_int_equal(tarball_next(t, &x, &e), 0);
}

static void names_are_taken_from_whichever_header_has_them_and_trimmed(void **state)
{
	static const struct entry root = {.type = ENTRY_DIR, .name = ".", .mode = 0755};
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(tarball) struct tarball *t = NULL;
	char name[300] = "d/";
	struct entry x;
	struct err e;

	(void)state;
	memset(name + 2, 'n', 200);
	put(&b, &root, "");
	put_file(&b, "./dotted", "");
	put(&b, &(struct entry){.type = ENTRY_DIR, .name = "d", .mode = 02755}, "");
	put(&b, &(struct entry){.type = ENTRY_SYMLINK, .name = name, .link = "/anywhere"}, "");
	put_end(&b);
	t = opened(&b, &(struct tarball_rules){0});
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_string_equal(x.name, "dotted");
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_string_equal(x.name, "d");
	assert_int_equal(x.mode, 0755); /* setgid on a folder means nothing in a layer */
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_string_equal(x.name, name);
	assert_string_equal(x.link, "/anywhere");
	assert_int_equal(tarball_next(t, &x, &e), 0);
}

static void refuses_more_than_it_may_unpack_to(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(tarball) struct tarball *t = NULL;
	struct entry x;
	struct err e;

	(void)state;
	put_file(&b, "four", "1234");
	put_file(&b, "seven", "1234567");
	put_end(&b);
	t = opened(&b, &(struct tarball_rules){.max_bytes = 10});
	assert_int_equal(tarball_next(t, &x, &e), 1);
	assert_refused(tarball_next(t, &x, &e), ERR_VERIFY, "entry \"seven\"");
}

static void refuses_an_archive_that_is_cut_anywhere(void **state)
{
	AUTO_DONE(buf) struct buf whole = {0};

	(void)state;
	put_file(&whole, "a", "hello");
	put_end(&whole);
	for (size_t n = 0; n < whole.len; n += 100) {
		struct buf cut = {.p = whole.p, .len = n};
		AUTO(tarball) struct tarball *t = opened(&cut, &(struct tarball_rules){0});
		struct err e = {0};
		struct entry x;
		int got;

		while ((got = tarball_next(t, &x, &e)) > 0)
			;
		assert_int_equal(got, -1);
		assert_int_equal(e.kind, ERR_VERIFY);
	}
}

static void setuid_is_for_packages_only(void **state)
{
	static const struct entry su = {.type = ENTRY_FILE, .name = "su", .mode = 04755};
	AUTO_DONE(buf) struct buf b = {0};
	struct entry x;
	struct err e;

	(void)state;
	put(&b, &su, "");
	put_end(&b);
	for (int debian = 0; debian < 2; debian++) {
		AUTO(tarball)
		struct tarball *t = opened(&b, &(struct tarball_rules){.debian = debian});

		if (debian)
			assert_int_equal(tarball_next(t, &x, &e), 1);
		else
			assert_refused(tarball_next(t, &x, &e), ERR_VERIFY, "setuid");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_each_entry_and_its_contents_then_the_verified_end),
		cmocka_unit_test(skips_what_was_not_read),
		cmocka_unit_test(names_are_taken_from_whichever_header_has_them_and_trimmed),
		cmocka_unit_test(refuses_more_than_it_may_unpack_to),
		cmocka_unit_test(refuses_an_archive_that_is_cut_anywhere),
		cmocka_unit_test(setuid_is_for_packages_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
