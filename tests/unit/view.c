// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/view.h"

static const struct view half = {
	.verb = "fetch",
	.name = "spark-3.5.9",
	.via = "https://dl.example.org/a/b.tgz",
	.done = 150000000,
	.total = 300000000,
	.rate = 25e6,
	.seconds = 6,
};

static void a_line_says_how_far_how_fast_how_long_and_from_where(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	view_live(&half, 79, &b);
	assert_string_equal(b.p, "fetch    50%  spark-3.5.9         25.0 MB/s  0:06  of 300.0 MB  "
	                         "dl.example.org");
}

static void a_line_is_never_wider_than_the_terminal(void **state)
{
	struct view v = half;

	(void)state;
	v.name = "a name as long as no payload should have, with \xc3\xa4 in it and more and more";
	for (unsigned width = 1; width < 120; width++) {
		AUTO_DONE(buf) struct buf b = {0};
		unsigned columns = 0;

		view_live(&v, width, &b);
		for (size_t i = 0; i < b.len; i++)
			columns += ((unsigned char)b.p[i] & 0xc0) != 0x80;
		assert_true(columns <= width);
		/* No half of a character at the end. */
		assert_int_not_equal((unsigned char)b.p[b.len - 1], 0xc3);
	}
}

static void a_name_cannot_move_the_cursor(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct view v = half;

	(void)state;
	v.name = "x\033[2Jy\nz";
	view_live(&v, 79, &b);
	assert_null(strpbrk(b.p, "\033\n"));
	assert_non_null(strstr(b.p, "x?[2Jy?z"));
}

static void words_say_what_is_known_and_nothing_else(void **state)
{
	static const struct {
		uint64_t done, total;
		double rate;
		const char *via, *words;
	} rows[] = {
		{150000000, 300000000,  25e6, "",
	         "150.0 MB of 300.0 MB (50 %), 25.0 MB/s, 0:06 left"                                    },
		{150000000, 0,          25e6, "pip", "150.0 MB, 25.0 MB/s (pip)"                        },
		{0,         300000000,  0,    "pip", "under way for 6 s (pip)"                          },
		{0,         0,          0,    "",    "under way for 6 s"                                },
		{300000001, 300000000,  1e6,  "",    "300.0 MB of 300.0 MB (100 %), 1.0 MB/s"           },
		{0,         1000000000, 0.5,  "",    "under way for 6 s"                                },
		{1000,      3601001000, 1e6,  "",    "1.0 kB of 3601.0 MB (0 %), 1.0 MB/s, 1:00:01 left"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(buf) struct buf b = {0};
		struct view v = half;

		v.done = rows[i].done;
		v.total = rows[i].total;
		v.rate = rows[i].rate;
		v.via = rows[i].via;
		view_words(&v, &b);
		assert_non_null(strstr(b.p, "fetch spark-3.5.9: "));
		assert_string_equal(b.p + strlen("fetch spark-3.5.9: "), rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_how_far_how_fast_how_long_and_from_where),
		cmocka_unit_test(a_line_is_never_wider_than_the_terminal),
		cmocka_unit_test(a_name_cannot_move_the_cursor),
		cmocka_unit_test(words_say_what_is_known_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
