// SPDX-License-Identifier: Apache-2.0
#include "debs.h"

#define CONTROL                                                                                    \
	"Package: x\nVersion: 1:2.3\nDepends: a (>= 1),\n b\nDescription: short\n long\n .\n "     \
	"end\n"

static int open_bytes(const struct room *r, const struct buf *deb, const struct digest *want,
                      struct deb **ret, struct deb_control *c, struct err *e)
{
	int fd;

	write_plainly(r->fd, "x.deb", deb->p, deb->len);
	fd = openat(r->fd, "x.deb", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return deb_open(fd, want, "package x", ret, c, e);
}

/* Opens, walks and finishes it: whatever a reader of packages does. */
static int walk(const struct room *r, const struct buf *deb, const struct digest *want,
                size_t *ret_entries, struct err *e)
{
	AUTO_DONE(deb_control) struct deb_control c = {0};
	AUTO(deb) struct deb *d = NULL;
	struct entry x;
	int got;

	*ret_entries = 0;
	if (open_bytes(r, deb, want, &d, &c, e) < 0)
		return -1;
	while ((got = tarball_next(deb_data(d), &x, e)) > 0)
		++*ret_entries;
	return got < 0 ? -1 : deb_finish(d, e);
}

static void reads_control_and_data_whatever_compresses_them(void **state)
{
	static const char *const endings[] = {"", ".gz", ".xz", ".zst", ".bz2"};
	const struct entry data[] = {dir_entry("usr", 0755), file_entry("usr/x", 0644, "hello")};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		AUTO_DONE(deb_control) struct deb_control c = {0};
		AUTO_DONE(buf) struct buf deb = {0};
		AUTO(deb) struct deb *d = NULL;
		struct entry x;
		char text[8];
		size_t n;
		struct err e;

		make_deb(&deb, CONTROL, endings[i], data, ARRAY_LEN(data));
		assert_ok(open_bytes(*state, &deb, NULL, &d, &c, &e));
		assert_string_equal(c.control.p, CONTROL);
		assert_non_null(strstr(c.md5sums.p, "  usr/x\n"));
		assert_int_equal(tarball_next(deb_data(d), &x, &e), 1);
		assert_int_equal(tarball_next(deb_data(d), &x, &e), 1);
		assert_string_equal(x.name, "usr/x");
		assert_ok(tarball_read(deb_data(d), text, sizeof text, &n, &e));
		assert_memory_equal(text, "hello", n);
		assert_int_equal(tarball_next(deb_data(d), &x, &e), 0);
		assert_ok(deb_finish(d, &e));
	}
}

static void joins_the_lines_of_a_field(void **state)
{
	AUTO_DONE(deb_control) struct deb_control c = {0};
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	buf_add(&c.control, CONTROL);
	assert_true(deb_control_field(&c, "Depends", &b));
	assert_string_equal(b.p, " a (>= 1),  b");
	assert_true(deb_control_field(&c, "version", &b));
	assert_string_equal(b.p, " 1:2.3");
	assert_false(deb_control_field(&c, "Replaces", &b));
	assert_string_equal(b.p, "");
}

static void passes_over_members_that_extend_the_format(void **state)
{
	const struct entry control = file_entry("control", 0644, CONTROL);
	const struct entry data = file_entry("x", 0644, "x");
	AUTO_DONE(buf) struct buf deb = {0};
	size_t n;
	struct err e;

	add_member(&deb, "debian-binary", "2.0\n", 4);
	add_member(&deb, "_before", "abc", 3);
	add_tar_member(&deb, "control.tar", "", &control, 1);
	add_tar_member(&deb, "data.tar", "", &data, 1);
	add_member(&deb, "_gpgorigin", "abc", 3);
	assert_ok(walk(*state, &deb, NULL, &n, &e));
	assert_int_equal(n, 1);
	deb.len -= 2;
	assert_refused(walk(*state, &deb, NULL, &n, &e), ERR_VERIFY, "cut short");
}

static void says_at_the_end_that_the_file_is_another(void **state)
{
	const struct entry data = file_entry("x", 0644, "x");
	AUTO_DONE(buf) struct buf deb = {0};
	struct digest d;
	size_t n;
	struct err e;

	make_deb(&deb, CONTROL, ".gz", &data, 1);
	digest_bytes(&d, deb.p, deb.len);
	assert_ok(walk(*state, &deb, &d, &n, &e));
	d.bytes[0] ^= 1;
	assert_refused(walk(*state, &deb, &d, &n, &e), ERR_VERIFY, "package x: want sha256:");
}

static void refuses_a_package_cut_anywhere(void **state)
{
	const struct entry data = file_entry("x", 0644, "x");
	AUTO_DONE(buf) struct buf deb = {0};
	size_t n, whole;
	struct err e;

	make_deb(&deb, CONTROL, ".gz", &data, 1);
	whole = deb.len & ~(size_t)1; /* the last byte may be padding, which nobody needs */
	for (size_t len = 0; len < whole - 1; len++) {
		deb.len = len;
		assert_refused(walk(*state, &deb, NULL, &n, &e), ERR_VERIFY, "");
	}
}

enum { GOOD, NO_DATA, NO_CONTROL_FILE, DATA_FIRST, TRAILING, LZMA, LIES, FORMAT, CLIMBS };

static void make_bad(struct buf *deb, int how)
{
	const struct entry control =
		file_entry(how == NO_CONTROL_FILE ? "y" : "control", 0644, CONTROL);
	const struct entry data = file_entry(how == CLIMBS ? "../x" : "x", 0644, "x");
	AUTO_DONE(buf) struct buf tar = {0};

	add_member(deb, "debian-binary", how == FORMAT ? "3.0\n" : "2.0\n", 4);
	if (how != DATA_FIRST)
		add_tar_member(deb, "control.tar", "", &control, 1);
	if (how == NO_DATA)
		return;
	add_tar(&tar, &data, 1);
	add_member(deb,
	           how == LZMA   ? "data.tar.lzma"
	           : how == LIES ? "data.tar.gz"
	                         : "data.tar",
	           tar.p, tar.len);
	if (how == DATA_FIRST || how == TRAILING)
		add_tar_member(deb, "control.tar", "", &control, 1);
}

static void refuses_what_is_no_package_as_it_should_be(void **state)
{
	static const struct {
		int how;
		const char *says;
	} bad[] = {
		{NO_DATA,         "ends before its data member"          },
		{NO_CONTROL_FILE, "no control file"                      },
		{DATA_FIRST,      "called \"data.tar\" where control.tar"},
		{TRAILING,        "member \"control.tar\" follows"       },
		{LZMA,            "nobody can read its \"data.tar.lzma\""},
		{LIES,            "gzip"				 },
		{FORMAT,          "format that nobody knows"             },
		{CLIMBS,          "entry \"../x\""                       },
	};
	size_t n;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_DONE(buf) struct buf deb = {0};

		make_bad(&deb, bad[i].how);
		assert_refused(walk(*state, &deb, NULL, &n, &e), ERR_VERIFY, bad[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(reads_control_and_data_whatever_compresses_them),
		cmocka_unit_test(joins_the_lines_of_a_field),
		in_a_room(passes_over_members_that_extend_the_format),
		in_a_room(says_at_the_end_that_the_file_is_another),
		in_a_room(refuses_a_package_cut_anywhere),
		in_a_room(refuses_what_is_no_package_as_it_should_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
