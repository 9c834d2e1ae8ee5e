// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/tar.h"
#include "source/tarhead.h"

/* Where the fields are. */
enum {
	MODE = 100,
	UID = 108,
	GID = 116,
	SIZE = 124,
	MTIME = 136,
	SUM = 148,
	TYPE = 156,
	LINK = 157,
	MAGIC = 257,
	PREFIX = 345
};

static void seal(uint8_t block[TAR_BLOCK])
{
	unsigned sum = 0;

	memset(block + SUM, ' ', 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	snprintf((char *)block + SUM, 8, "%06o", sum);
}

/* A good header, but for `n` bytes at `at`. */
static void make(uint8_t block[TAR_BLOCK], size_t at, const void *bytes, size_t n)
{
	const struct entry x = {ENTRY_FILE, "name", NULL, 0644, 1000, 1001, 1234, 315619200};
	AUTO_DONE(buf) struct buf b = {0};

	tar_header(&b, &x);
	memcpy(block, b.p, TAR_BLOCK);
	memcpy(block + at, bytes, n);
	seal(block);
}

static void reads_every_field(void **state)
{
	uint8_t block[TAR_BLOCK];
	struct tarhead h;
	struct err e;

	(void)state;
	make(block, LINK, "target", 6);
	assert_ok(tarhead_parse(block, &h, &e));
	assert_string_equal(h.name, "name");
	assert_string_equal(h.link, "target");
	assert_int_equal(h.type, '0');
	assert_int_equal(h.mode, 0644);
	assert_int_equal(h.uid, 1000);
	assert_int_equal(h.gid, 1001);
	assert_int_equal(h.size, 1234);
	assert_int_equal(h.mtime, 315619200);
}

static void joins_prefix_and_name_at_their_longest(void **state)
{
	uint8_t block[TAR_BLOCK];
	struct tarhead h;
	char want[257];
	struct err e;

	(void)state;
	make(block, 0, "", 0);
	memset(block, 'n', 100);
	memset(block + LINK, 'l', 100);
	memset(block + PREFIX, 'p', 155);
	seal(block);
	assert_ok(tarhead_parse(block, &h, &e));
	memset(want, 'p', 155);
	want[155] = '/';
	memset(want + 156, 'n', 100);
	want[256] = '\0';
	assert_string_equal(h.name, want);
	assert_int_equal(strlen(h.link), 100);
	memcpy(block + MAGIC, "ustar  ", 8); /* GNU keeps times where the prefix would be */
	seal(block);
	assert_ok(tarhead_parse(block, &h, &e));
	assert_int_equal(strlen(h.name), 100);
}

static void reads_numbers_as_they_are_written_in_the_world(void **state)
{
	static const struct {
		size_t at, n;
		const char *bytes;
		long long want;
	} rows[] = {
		{UID,   8,  "     12 ",					 10         },
		{UID,   8,  "12\0\0\0\0\0",                                     10         },
		{UID,   8,  "17777777",					 4194303    },
		{UID,   8,  "\0\0\0\0\0\0\0",                                   0          },
		{UID,   8,  "\x80\0\0\0\x7f\xff\xff\xff",                       2147483647 },
		{UID,   8,  "\xff\xff\xff\xff\xff\xff\xff\xfe",                 -2         },
		{MTIME, 12, "\x80\0\0\0\0\0\0\2\0\0\0\0",                       8589934592 },
		{MTIME, 12, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", -1         },
		{MTIME, 12, "777777777777",                                     68719476735},
		{SIZE,  12, "77777777777\0",                                    8589934591 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t block[TAR_BLOCK];
		struct tarhead h;
		struct err e;

		make(block, rows[i].at, rows[i].bytes, rows[i].n);
		assert_ok(tarhead_parse(block, &h, &e));
		assert_true((rows[i].at == UID    ? h.uid
		             : rows[i].at == SIZE ? (int64_t)h.size
		                                  : h.mtime) == rows[i].want);
	}
}

static void says_which_field_is_not_what_it_should_be(void **state)
{
	static const struct {
		size_t at, n;
		const char *bytes, *words;
	} rows[] = {
		{MODE,  8,  "000644x",                            "mode field is not an octal number"},
		{MODE,  8,  "0000688",                            "mode field"                       },
		{UID,   8,  "-000001",                            "uid field"                        },
		{UID,   8,  "00 0001",                            "uid field"                        },
		{GID,   8,  "0x00001",                            "gid field"                        },
		{SIZE,  12, "-0000000001",                        "size field"                       },
		{SIZE,  12, "000 0000001",                        "size field"                       },
		{SIZE,  12, "\x80\0\0\0\0\0\0\2\0\0\0\0",         "size field"                       },
		{MTIME, 3,  "1e3",                                "mtime field"                      },
		{MTIME, 12, "\x80\1\0\0\0\0\0\0\0\0\0\0",         "mtime field is out of range"      },
		{MTIME, 12, "\x81\0\0\0\0\0\0\0\0\0\0\0",         "mtime field is out of range"      },
		{MTIME, 12, "\xc0\0\0\0\0\0\0\0\0\0\0\0",         "mtime field is out of range"      },
		{MTIME, 12, "\x80\0\0\0\x80\0\0\0\0\0\0\0",       "mtime field is out of range"      },
		{MTIME, 12, "\xff\xff\xff\xff\x7f\0\0\0\0\0\0\0", "mtime field is out of range"      },
		{UID,   8,  "\xc0\0\0\0\0\0\0\1",                 "uid field is out of range"        },
		{MAGIC, 8,  "\0\0\0\0\0\0\0",                     "neither ustar nor GNU tar"        },
		{MAGIC, 8,
	         "ustar\0"
	         "01",	                                    "neither ustar nor GNU tar"        },
		{MAGIC, 8,  "ustar 00",                           "neither ustar nor GNU tar"        },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t block[TAR_BLOCK];
		struct tarhead h;
		struct err e;

		make(block, rows[i].at, rows[i].bytes, rows[i].n);
		assert_refused(tarhead_parse(block, &h, &e), ERR_VERIFY, rows[i].words);
	}
}

static void any_changed_byte_breaks_the_checksum(void **state)
{
	uint8_t block[TAR_BLOCK];
	struct tarhead h;
	struct err e;

	(void)state;
	make(block, 0, "", 0);
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		if (i >= SUM && i < SUM + 8)
			continue;
		block[i] ^= 1;
		assert_refused(tarhead_parse(block, &h, &e), ERR_VERIFY, "checksum is wrong");
		block[i] ^= 1;
	}
	memcpy(block + SUM, "abcdef", 6);
	assert_refused(tarhead_parse(block, &h, &e), ERR_VERIFY, "checksum field");
}

static void an_old_files_flag_is_a_files(void **state)
{
	uint8_t block[TAR_BLOCK];
	struct tarhead h;
	struct err e;

	(void)state;
	make(block, TYPE, "", 1);
	assert_ok(tarhead_parse(block, &h, &e));
	assert_int_equal(h.type, '0');
	make(block, TYPE, "S", 1);
	assert_ok(tarhead_parse(block, &h, &e));
	assert_int_equal(h.type, 'S');
}

static void a_block_is_zero_to_its_last_byte(void **state)
{
	uint8_t block[TAR_BLOCK] = {0};

	(void)state;
	assert_true(tarhead_is_zero(block));
	block[TAR_BLOCK - 1] = 1;
	assert_false(tarhead_is_zero(block));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(joins_prefix_and_name_at_their_longest),
		cmocka_unit_test(reads_numbers_as_they_are_written_in_the_world),
		cmocka_unit_test(says_which_field_is_not_what_it_should_be),
		cmocka_unit_test(any_changed_byte_breaks_the_checksum),
		cmocka_unit_test(an_old_files_flag_is_a_files),
		cmocka_unit_test(a_block_is_zero_to_its_last_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
