// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "source/name.h"

/* n times the text, in one of a few static buffers. */
static const char *times(size_t n, const char *text)
{
	static char ring[8][8300];
	static unsigned at;
	char *s = ring[at++ % ARRAY_LEN(ring)];
	size_t len = strlen(text);

	for (size_t i = 0; i < n; i++)
		memcpy(s + i * len, text, len);
	s[n * len] = '\0';
	return s;
}

static void assert_complains(const char *got, const char *want, const char *about)
{
	if (!got != !want || (got && !strstr(got, want)))
		fail_msg("%.80s: \"%s\", expected \"%s\"", name_quote(about), got ? got : "fine",
		         want ? want : "fine");
}

static void says_what_is_wrong_with_a_name(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{"a/b.c",          NULL                       },
		{"...",            NULL                       },
		{"a/.b/..c",       NULL                       },
		{".w/.wh",         NULL                       },
		{"a b\\c*?'\"",    NULL                       },
		{"",               "is empty"                 },
		{"/",              "is absolute"              },
		{"/a",             "is absolute"              },
		{"a//b",           "has an empty component"   },
		{"a/",             "has an empty component"   },
		{".",              "has a component \".\""    },
		{"./a",            "has a component \".\""    },
		{"a/./b",          "has a component \".\""    },
		{"..",             "climbs out with \"..\""   },
		{"a/../b",         "climbs out with \"..\""   },
		{"a/..",           "climbs out with \"..\""   },
		{".wh.a",          "is a whiteout"            },
		{"a/.wh..wh..opq", "is a whiteout"            },
		{".wh.",           "is a whiteout"            },
		{".wh.a/b",        "is a whiteout"            },
		{"a\nb",           "holds a control character"},
		{"a\x1b[31m",      "holds a control character"},
		{"a\x7f",          "holds a control character"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_complains(name_complaint(rows[i].name), rows[i].why, rows[i].name);
}

/* RFC 3629, section 4, at both ends of every range. */
static void takes_utf8_and_nothing_else(void **state)
{
	static const char *const good[] = {
		"\xc2\x80",         "\xdf\xbf",         "\xe0\xa0\x80",
		"\xed\x9f\xbf",     "\xee\x80\x80",     "\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9/\xe2\x82\xac",
	};
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2/",
		"\xc3\xa9\xa9",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x90\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
		"caf\xe9",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_complains(name_complaint(good[i]), NULL, good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_complains(name_complaint(bad[i]), "is not UTF-8", bad[i]);
		assert_complains(name_target_complaint(bad[i]), "is not UTF-8", bad[i]);
	}
}

static void holds_names_to_limits(void **state)
{
	const char *component = times(255, "c"), *deep = times(255, "d/");

	(void)state;
	assert_complains(name_complaint(component), NULL, component);
	assert_complains(name_complaint(times(256, "c")), "more than 255 bytes", component);
	assert_complains(name_complaint(times(2048, "a/") + 1), "is absolute", "");
	assert_complains(name_complaint(times(1365, "abc")), "more than 255 bytes", "");
	assert_complains(name_complaint(times(4097, "a")), "longer than 4096 bytes", "");
	char name[600];

	snprintf(name, sizeof name, "%se", deep);
	assert_complains(name_complaint(name), NULL, name);
	snprintf(name, sizeof name, "%sd/e", deep);
	assert_complains(name_complaint(name), "more than 256 folders deep", name);
}

static void a_symlinks_target_may_point_anywhere(void **state)
{
	static const struct {
		const char *target, *why;
	} rows[] = {
		{"/etc/alternatives/java", NULL                       },
		{"../../x//y/.",           NULL                       },
		{".",		      NULL                       },
		{".wh.a",                  NULL                       },
		{"",		       "is empty"                 },
		{"a\tb",                   "holds a control character"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_complains(name_target_complaint(rows[i].target), rows[i].why,
		                 rows[i].target);
	assert_complains(name_target_complaint(times(4096, "a")), NULL, "");
	assert_complains(name_target_complaint(times(4097, "a")), "longer than 4096 bytes", "");
}

static void quotes_a_name_so_that_it_can_do_nothing_in_a_message(void **state)
{
	static const struct {
		const char *name, *quoted;
	} rows[] = {
		{"a/b c",        "\"a/b c\""          },
		{"",             "\"\""               },
		{"a\"b\\c",      "\"a\\x22b\\x5cc\""  },
		{"\x1b[2J\n",    "\"\\x1b[2J\\x0a\""  },
		{"\xc3\xa9\x7f", "\"\\xc3\\xa9\\x7f\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(name_quote(rows[i].name), rows[i].quoted);
}

static void quotes_the_beginning_of_a_long_name(void **state)
{
	static const char *const units[] = {"a", "\n", "\xff"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		for (size_t n = 80; n < 1000; n++) {
			const char *got = name_quote(times(n, units[i]));
			size_t len = strlen(got), whole = n * (i ? 4 : 1) + 2;

			assert_true(len < 400);
			assert_int_equal(got[len - 1], '"');
			if (len != whole)
				assert_memory_equal(got + len - 4, "...", 3);
		}
}

static void four_quoted_names_fit_into_one_message(void **state)
{
	const char *a = name_quote("a"), *b = name_quote("b"), *c = name_quote("c");

	(void)state;
	assert_string_equal(name_quote("d"), "\"d\"");
	assert_string_equal(a, "\"a\"");
	assert_string_equal(b, "\"b\"");
	assert_string_equal(c, "\"c\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_with_a_name),
		cmocka_unit_test(takes_utf8_and_nothing_else),
		cmocka_unit_test(holds_names_to_limits),
		cmocka_unit_test(a_symlinks_target_may_point_anywhere),
		cmocka_unit_test(quotes_a_name_so_that_it_can_do_nothing_in_a_message),
		cmocka_unit_test(quotes_the_beginning_of_a_long_name),
		cmocka_unit_test(four_quoted_names_fit_into_one_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
