// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/tar.h"

/* Fields of a header block: where they are (POSIX.1-2017 pax, "ustar Interchange Format"). */
enum { NAME = 0, MODE = 100, SIZE = 124, SUM = 148, TYPE = 156, LINK = 157, PREFIX = 345 };

#define ALL_RECORDS                                                                                \
	"15 gid=2097153\n15 linkpath=\xc3\xa8\n11 path=\xc3\xa9\n19 size=8589934592\n15 "          \
	"uid=2097152\n"

/* n times c, then the rest; in one of a few static buffers. */
static const char *many(char c, size_t n, const char *rest)
{
	static char ring[32][1000];
	static unsigned at;
	char *s = ring[at++ % ARRAY_LEN(ring)];

	memset(s, c, n);
	for (size_t i = 0; i == 0 || rest[i - 1]; i++)
		s[n + i] = rest[i];
	return s;
}

static void an_ordinary_file_is_one_ustar_block(void **state)
{
	const struct entry x = {
		ENTRY_FILE,      "opt/spark/bin/spark-submit", NULL, 0755, 1000, 2097151, 1234567,
		ENTRY_FIXED_TIME};
	AUTO_DONE(buf) struct buf b = {0};
	char golden[512] = "opt/spark/bin/spark-submit";

	(void)state;
	memcpy(golden + 100,
	       "0000755\0"
	       "0001750\0"
	       "7777777",
	       24);
	memcpy(golden + 124,
	       "00004553207\0"
	       "02263773600",
	       24);
	memcpy(golden + 148, "014430\0 0", 9);
	memcpy(golden + 257,
	       "ustar\0"
	       "00",
	       8);
	memcpy(golden + 329,
	       "0000000\0"
	       "0000000",
	       16);
	tar_header(&b, &x);
	assert_int_equal(b.len, 512);
	assert_memory_equal(b.p, golden, 512);
}

static void each_type_has_its_flag_and_a_folder_a_slash(void **state)
{
	static const struct {
		enum entry_type type;
		const char *name, *link, *field;
		char flag;
	} rows[] = {
		{ENTRY_FILE,     "a", NULL,   "a",  '0'},
		{ENTRY_HARDLINK, "b", "a",    "b",  '1'},
		{ENTRY_SYMLINK,  "c", "../a", "c",  '2'},
		{ENTRY_DIR,      "d", NULL,   "d/", '5'},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct entry x = {
			.type = rows[i].type, .name = rows[i].name, .link = rows[i].link};
		AUTO_DONE(buf) struct buf b = {0};

		tar_header(&b, &x);
		assert_int_equal(b.len, 512);
		assert_string_equal(b.p + NAME, rows[i].field);
		assert_string_equal(b.p + LINK, rows[i].link ? rows[i].link : "");
		assert_int_equal(b.p[TYPE], rows[i].flag);
	}
}

/* The longest names that need no more than the block: 100 bytes, and 155 + "/" + 100; a folder's
 * slash counts. */
static void a_name_is_cut_at_a_slash_when_both_parts_fit(void **state)
{
	static const struct {
		enum entry_type type;
		size_t prefix, name;
		bool fits;
	} rows[] = {
		{ENTRY_FILE, 0,   100, true },
                {ENTRY_FILE, 0,   101, false},
		{ENTRY_DIR,  0,   99,  true },
                {ENTRY_DIR,  0,   100, false},
		{ENTRY_FILE, 1,   100, true },
                {ENTRY_FILE, 1,   101, false},
		{ENTRY_FILE, 155, 100, true },
                {ENTRY_FILE, 156, 100, false},
		{ENTRY_DIR,  155, 99,  true },
                {ENTRY_DIR,  155, 100, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *below = many('n', rows[i].name, "");
		const char *name =
			rows[i].prefix ? many('p', rows[i].prefix, many('/', 1, below)) : below;
		const struct entry x = {.type = rows[i].type, .name = name};
		AUTO_DONE(buf) struct buf b = {0};
		char got[400];

		tar_header(&b, &x);
		assert_int_equal(b.len == 512, rows[i].fits);
		if (!rows[i].fits)
			continue;
		snprintf(got, sizeof got, "%.155s%s%.100s", b.p + PREFIX, b.p[PREFIX] ? "/" : "",
		         b.p + NAME);
		assert_memory_equal(got, name, strlen(name));
		assert_string_equal(got + strlen(name), x.type == ENTRY_DIR ? "/" : "");
	}
}

static void where_several_cuts_fit_the_prefix_is_the_shortest(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	const struct entry x = {.type = ENTRY_FILE,
	                        .name = many('a', 60,
	                                     many('/', 1,
	                                          "bb/cc/dd/01234567890123456789012345"
	                                          "678901234567890123456789"))};

	(void)state;
	tar_header(&b, &x);
	assert_string_equal(b.p + PREFIX, many('a', 60, ""));
	assert_memory_equal(b.p + NAME, "bb/cc/dd/0123", 13);
}

/* The records of a header that has them, "" for one that has none. */
static const char *records(const struct entry *x, struct buf *b)
{
	static char text[5000];
	size_t n;

	tar_header(b, x);
	if (b->len == 512)
		return "";
	assert_int_equal(b->p[TYPE], 'x');
	assert_string_equal(b->p + NAME, "pax");
	n = strtoul(b->p + SIZE, NULL, 8);
	assert_int_equal(b->len, 1024 + n + tar_padding(n));
	memcpy(text, b->p + 512, n);
	text[n] = '\0';
	return text;
}

static void what_does_not_fit_goes_into_pax_records_sorted_by_key(void **state)
{
	static const struct {
		const char *name, *link;
		uint64_t size;
		uint32_t uid, gid;
		const char *records;
	} rows[] = {
		{"a",        "\xc3\xa9", 0,          0,       0,          "15 linkpath=\xc3\xa9\n"},
		{"\xc3\xa9", NULL,       0,          0,       0,          "11 path=\xc3\xa9\n"    },
		{"a",        NULL,       8589934591, 0,       0,          ""                      },
		{"a",        NULL,       8589934592, 0,       0,          "19 size=8589934592\n"  },
		{"a",        NULL,       0,          2097151, 2097151,    ""                      },
		{"a",        NULL,       0,          2097152, 0,          "15 uid=2097152\n"      },
		{"a",        NULL,       0,          0,       2147483647, "18 gid=2147483647\n"   },
		{"\xc3\xa9", "\xc3\xa8", 8589934592, 2097152, 2097153,    ALL_RECORDS             },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(buf) struct buf b = {0};
		const struct entry x = {.type = rows[i].link ? ENTRY_SYMLINK : ENTRY_FILE,
		                        .name = rows[i].name,
		                        .link = rows[i].link,
		                        .size = rows[i].size,
		                        .uid = rows[i].uid,
		                        .gid = rows[i].gid};

		assert_string_equal(records(&x, &b), rows[i].records);
	}
}

static void a_link_of_100_bytes_fits_and_one_more_does_not(void **state)
{
	AUTO_DONE(buf) struct buf b = {0}, c = {0};
	struct entry x = {.type = ENTRY_SYMLINK, .name = "a", .link = many('l', 100, "")};

	(void)state;
	assert_string_equal(records(&x, &b), "");
	assert_memory_equal(b.p + LINK, x.link, 100);
	x.link = many('l', 101, "");
	assert_memory_equal(records(&x, &c), "115 linkpath=lll", 16);
}

/* A record's length counts its own digits: around 99/100 and 999/1000 that matters. */
static void a_records_length_counts_itself(void **state)
{
	(void)state;
	for (size_t n = 101; n < 999; n++) {
		AUTO_DONE(buf) struct buf b = {0};
		const struct entry x = {
			.type = ENTRY_SYMLINK, .name = "a", .link = many('l', n, "")};
		const char *text = records(&x, &b);

		assert_int_equal(strtoul(text, NULL, 10), strlen(text));
		assert_int_equal(text[strlen(text) - 1], '\n');
	}
}

static void times_are_held_to_what_the_field_holds(void **state)
{
	static const struct {
		int64_t time;
		const char *field;
	} rows[] = {
		{0,              "00000000000"},
		{ENTRY_MAX_TIME, "77777777777"},
		{-1,             "00000000000"},
		{INT64_MAX,      "77777777777"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(buf) struct buf b = {0};
		const struct entry x = {.type = ENTRY_FILE, .name = "a", .mtime = rows[i].time};

		tar_header(&b, &x);
		assert_string_equal(b.p + 136, rows[i].field);
	}
}

static void contents_are_padded_to_whole_blocks(void **state)
{
	(void)state;
	assert_int_equal(tar_padding(0), 0);
	assert_int_equal(tar_padding(1), 511);
	assert_int_equal(tar_padding(512), 0);
	assert_int_equal(tar_padding(((uint64_t)1 << 40) + 513), 511);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ordinary_file_is_one_ustar_block),
		cmocka_unit_test(each_type_has_its_flag_and_a_folder_a_slash),
		cmocka_unit_test(a_name_is_cut_at_a_slash_when_both_parts_fit),
		cmocka_unit_test(where_several_cuts_fit_the_prefix_is_the_shortest),
		cmocka_unit_test(what_does_not_fit_goes_into_pax_records_sorted_by_key),
		cmocka_unit_test(a_link_of_100_bytes_fits_and_one_more_does_not),
		cmocka_unit_test(a_records_length_counts_itself),
		cmocka_unit_test(times_are_held_to_what_the_field_holds),
		cmocka_unit_test(contents_are_padded_to_whole_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
