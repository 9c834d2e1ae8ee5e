// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/place.h"

#define UP_TO 4

static size_t count(const char *const list[UP_TO])
{
	size_t n = 0;

	while (n < UP_TO && list[n])
		n++;
	return n;
}

/* One rule a row: a name, and where it goes (NULL: left out). */
static void assert_places(const struct place *p, const char *name, const char *want)
{
	AUTO_DONE(buf) struct buf got = {0};

	buf_add(&got, "what was there before");
	if (place_name(p, name, &got) != (want != NULL))
		fail_msg("%s was %s", name, want ? "left out" : "not left out");
	if (want)
		assert_string_equal(got.p, want);
}

static void strip_takes_leading_components_and_what_has_no_more(void **state)
{
	static const struct {
		unsigned strip;
		const char *name, *want;
	} rows[] = {
		{0, "a/b",     "a/b"},
                {1, "a/b",     "b"  },
                {1, "a",       NULL },
		{2, "a/b/c/d", "c/d"},
                {2, "a/b",     NULL },
                {9, "a/b/c",   NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_places(&(struct place){.strip = rows[i].strip}, rows[i].name, rows[i].want);
}

static void include_keeps_and_exclude_drops_with_all_that_is_below(void **state)
{
	static const struct {
		const char *include[UP_TO], *exclude[UP_TO], *name, *want;
	} rows[] = {
		{{"bin"},        {NULL},               "bin",         "bin"        },
		{{"bin"},        {NULL},               "bin/a/b",     "bin/a/b"    },
		{{"bin"},        {NULL},               "binary",      NULL         },
		{{"bin"},        {NULL},               "a/bin",       NULL         },
		{{"*.jar"},      {NULL},               "a.jar",       "a.jar"      },
		{{"*.jar"},      {NULL},               "lib/a.jar",   NULL         },
		{{"*/a.jar"},    {NULL},               "lib/a.jar",   "lib/a.jar"  },
		{{"lib", "bin"}, {NULL},               "bin/x",       "bin/x"      },
		{{NULL},         {"lib/*.txt"},        "lib/a.txt",   NULL         },
		{{NULL},         {"lib/*.txt"},        "lib/a/b.txt", "lib/a/b.txt"},
		{{NULL},         {"examples", "docs"}, "docs/x",      NULL         },
		{{"lib"},        {"lib/a"},            "lib/a/b",     NULL         },
		{{"lib"},        {"lib/a"},            "lib/ab",      "lib/ab"     },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_places(&(struct place){.include = rows[i].include,
		                              .ninclude = count(rows[i].include),
		                              .exclude = rows[i].exclude,
		                              .nexclude = count(rows[i].exclude)},
		              rows[i].name, rows[i].want);
}

static void the_longest_map_that_fits_says_where_it_goes(void **state)
{
	static const struct place_map map[] = {
		{"deps",      "d"       },
		{"deps/jars", "jars"    },
		{"deps/bin",  ""        },
		{"file",      "to/other"},
	};
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"deps",            "d"         },
		{"deps/x",          "d/x"       },
		{"deps/jars",       "jars"      },
		{"deps/jars/a.jar", "jars/a.jar"},
		{"deps/jarsx",      "d/jarsx"   },
		{"deps/bin/tool",   "tool"      },
		{"deps/bin",        NULL        },
		{"file",            "to/other"  },
		{"files",           "files"     },
		{"a/deps/x",        "a/deps/x"  },
	};
	const struct place p = {.map = map, .nmap = ARRAY_LEN(map)};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_places(&p, rows[i].name, rows[i].want);
}

static void an_empty_from_takes_everything(void **state)
{
	static const struct place_map map[] = {
		{"",  "all"},
                {"a", "b"  }
        };
	const struct place p = {.map = map, .nmap = ARRAY_LEN(map)};

	(void)state;
	assert_places(&p, "x/y", "all/x/y");
	assert_places(&p, "a/y", "b/y");
}

static void into_comes_in_front_of_all(void **state)
{
	static const struct place_map map[] = {
		{"deps/bin", ""   },
                {"deps",     "lib"}
        };
	const struct place p = {
		.map = map, .nmap = ARRAY_LEN(map), .into = "usr/local/spark", .strip = 1};

	(void)state;
	assert_places(&p, "top/README", "usr/local/spark/README");
	assert_places(&p, "top/deps/x", "usr/local/spark/lib/x");
	assert_places(&p, "top/deps/bin", "usr/local/spark");
	assert_places(&p, "top", NULL);
	assert_places(&(struct place){.into = ""}, "a", "a");
}

static void patterns_and_map_see_the_stripped_name(void **state)
{
	static const char *const include[] = {"b"};
	static const struct place_map map[] = {
		{"b", "c"}
        };
	const struct place p = {
		.strip = 1, .include = include, .ninclude = 1, .map = map, .nmap = 1, .into = "d"};

	(void)state;
	assert_places(&p, "a/b/x", "d/c/x");
	assert_places(&p, "b/x", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strip_takes_leading_components_and_what_has_no_more),
		cmocka_unit_test(include_keeps_and_exclude_drops_with_all_that_is_below),
		cmocka_unit_test(the_longest_map_that_fits_says_where_it_goes),
		cmocka_unit_test(an_empty_from_takes_everything),
		cmocka_unit_test(into_comes_in_front_of_all),
		cmocka_unit_test(patterns_and_map_see_the_stripped_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
