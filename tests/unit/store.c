// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "store/store.h"

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static void assert_text(int dirfd, const char *name, const char *text)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct err e;

	assert_ok(fs_read_file(dirfd, name, 1000, &b, &e));
	assert_string_equal(buf_str(&b), text);
}

static void a_new_one_is_an_oci_layout_whatever_the_umask(void **state)
{
	static const char *const dirs[] = {".",        "tmp",   "blobs", "blobs/sha256",
	                                   "payloads", "paths", "memo"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	mode_t was = umask(077);
	struct err e = {0};
	int opened = store_open(&s, room_path(r, "deep/store"), &e);

	umask(was);
	assert_int_equal(opened, 0);
	assert_text(s.dirfd, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		struct stat st;

		assert_int_equal(fstatat(s.dirfd, dirs[i], &st, 0), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0755);
	}
}

static void lies_where_the_environment_says(void **state)
{
	static const struct {
		const char *own, *cache, *home, *want;
	} rows[] = {
		{"own", "cache", "home", "own"             },
		{"",    "cache", "home", "cache/lili"      },
		{"",    "",      "home", "home/.cache/lili"},
	};
	struct room *r = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(store) struct store s = STORE_NONE;
		struct err e;

		setenv("LILI_STORE", *rows[i].own ? room_path(r, rows[i].own) : "", 1);
		setenv("XDG_CACHE_HOME", *rows[i].cache ? room_path(r, rows[i].cache) : "", 1);
		setenv("HOME", room_path(r, rows[i].home), 1);
		assert_ok(store_open(&s, NULL, &e));
		assert_string_equal(s.path, room_path(r, rows[i].want));
	}
}

static void a_folder_that_others_may_write_in_is_refused(void **state)
{
	static const mode_t modes[] = {0777, 0775, 0757, 01777};
	struct room *r = *state;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		AUTO_DONE(store) struct store s = STORE_NONE;

		assert_int_equal(fchmod(r->fd, modes[i]), 0);
		assert_refused(store_open(&s, r->path, &e), ERR_SYS, "can be written by others");
		assert_non_null(strstr(e.hint, "chmod go-w"));
		assert_int_equal(faccessat(r->fd, "tmp", F_OK, 0), -1);
	}
}

/* A memo of somebody else's would have a build take any blob for its layer. */
static void a_folder_in_it_that_others_may_write_in_is_refused(void **state)
{
	static const char *const dirs[] = {"tmp",      "blobs", "blobs/sha256",
	                                   "payloads", "paths", "memo"};
	struct room *r = *state;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		AUTO_DONE(store) struct store first = STORE_NONE, second = STORE_NONE;
		AUTO_DONE(store) struct store look = STORE_NONE;

		assert_ok(store_open(&first, r->path, &e));
		assert_int_equal(fchmodat(r->fd, dirs[i], 0775, 0), 0);
		assert_refused(store_open(&second, r->path, &e), ERR_SYS, dirs[i]);
		assert_non_null(strstr(e.msg, "can be written by others (mode 0775)"));
		assert_non_null(strstr(e.hint, dirs[i]));
		assert_refused(store_look(&look, r->path, &e), ERR_SYS, dirs[i]);
		assert_int_equal(fchmodat(r->fd, dirs[i], 0755, 0), 0);
	}
}

/* Root's own folders are foreign to a child that is no longer root; other users look at /. */
static void a_folder_of_somebody_else_is_refused(void **state)
{
	struct room *r = *state;
	const char *path = geteuid() == 0 ? r->path : "/";
	int status;

	assert_int_equal(fchmod(r->fd, 0755), 0);
	status = in_a_child({
		struct store s = STORE_NONE;
		struct err e = {0};

		if (geteuid() == 0 && seteuid(12345) < 0)
			_exit(2);
		if (store_open(&s, path, &e) == 0 || e.kind != ERR_SYS ||
		    !strstr(e.msg, "not to you") || !strstr(e.hint, "LILI_STORE"))
			_exit(1);
	});
	assert_int_equal(status, 0);
}

static void a_blob_has_the_name_of_its_digest_and_comes_back(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct digest d;
	uint64_t size = 0;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	assert_text(s.blobs, HELLO, "hello");
	assert_true(store_has(s.blobs, &d, &size));
	assert_int_equal(size, 5);
	buf_add(&b, "> ");
	assert_ok(store_read_blob(&s, &d, 5, &b, &e));
	assert_string_equal(b.p, "> hello");
	assert_refused(store_read_blob(&s, &d, 4, &b, &e), ERR_SPEC, "larger than 4 bytes");
}

static void keeps_a_file_under_the_name_its_writer_computed(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct fs_file f = FS_FILE_NONE;
	struct room *r = *state;
	struct digest d;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(digest_parse_hex(&d, HELLO, &e));
	assert_false(store_has(s.payloads, &d, NULL));
	assert_ok(fs_create(&f, s.tmpfd, &e));
	assert_ok(fs_write(f.fd, "hello", 5, &e));
	assert_false(store_has(s.payloads, &d, NULL));
	assert_ok(store_keep(&s, s.payloads, &f, &d, &e));
	assert_true(store_has(s.payloads, &d, NULL));
	assert_false(store_has(s.blobs, &d, NULL));
}

static void a_blob_with_other_bytes_is_refused(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct digest d;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	write_plainly(s.blobs, HELLO, "hellO", 5);
	buf_add(&b, "> ");
	assert_refused(store_read_blob(&s, &d, 100, &b, &e), ERR_VERIFY, "has other contents");
	assert_non_null(strstr(e.hint, "blobs/sha256/" HELLO));
	assert_string_equal(b.p, "> ");
	assert_int_equal(b.len, 2);
}

static void a_blob_with_other_bytes_is_mended_by_putting_it_again(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct digest d;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	write_plainly(s.blobs, HELLO, "hellO", 5);
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	assert_text(s.blobs, HELLO, "hello");
}

static void what_is_no_regular_file_is_no_blob(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct digest d;
	struct err e;
	int fd = -1;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(digest_parse_hex(&d, HELLO, &e));
	write_plainly(s.dirfd, "elsewhere", "hello", 5);
	for (int kind = 0; kind < 3; kind++) {
		if (kind == 0)
			assert_int_equal(mkfifoat(s.blobs, HELLO, 0644), 0);
		else if (kind == 1)
			assert_int_equal(symlinkat("../../elsewhere", s.blobs, HELLO), 0);
		else
			assert_int_equal(mkdirat(s.blobs, HELLO, 0755), 0);
		assert_false(store_has(s.blobs, &d, NULL));
		assert_int_equal(store_open_file(s.blobs, &d, &fd, &e), -1);
		assert_int_equal(store_read_blob(&s, &d, 100, &b, &e), -1);
		assert_int_equal(unlinkat(s.blobs, HELLO, kind == 2 ? AT_REMOVEDIR : 0), 0);
	}
	assert_int_equal(fd, -1);
	assert_int_equal(b.len, 0);
}

static void a_killed_builds_leavings_are_swept_when_it_opens(void **state)
{
	struct room *r = *state;
	struct err e;

	for (int i = 0; i < 2; i++) {
		AUTO_DONE(store) struct store s = STORE_NONE;

		assert_ok(store_open(&s, r->path, &e));
		assert_int_equal(faccessat(s.tmpfd, ".tmp-0123456789abcdef", F_OK, 0), -1);
		assert_int_equal(faccessat(s.dirfd, ".tmp-0123456789abcdef", F_OK, 0), -1);
		write_plainly(s.tmpfd, ".tmp-0123456789abcdef", "half", 4);
		write_plainly(s.dirfd, ".tmp-0123456789abcdef", "half", 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(a_new_one_is_an_oci_layout_whatever_the_umask),
		in_a_room(lies_where_the_environment_says),
		in_a_room(a_folder_that_others_may_write_in_is_refused),
		in_a_room(a_folder_in_it_that_others_may_write_in_is_refused),
		in_a_room(a_folder_of_somebody_else_is_refused),
		in_a_room(a_blob_has_the_name_of_its_digest_and_comes_back),
		in_a_room(keeps_a_file_under_the_name_its_writer_computed),
		in_a_room(a_blob_with_other_bytes_is_refused),
		in_a_room(a_blob_with_other_bytes_is_mended_by_putting_it_again),
		in_a_room(what_is_no_regular_file_is_no_blob),
		in_a_room(a_killed_builds_leavings_are_swept_when_it_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
