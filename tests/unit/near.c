// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/near.h"

static const char *const known[] = {"name", "tags", "layers", "accounts", "config", "id", "a"};

static const char *meant(const char *word)
{
	struct near n = {.word = word};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		near_try(&n, known[i]);
	return n.best;
}

static void is_found_within_two_slips(void **state)
{
	static const char *const cases[][2] = {
		{"nam",     "name"    },
                {"names",   "name"    },
                {"nmae",    "name"    },
                {"NAME",    "name"    },
		{"acounst", "accounts"},
                {"layres",  "layers"  },
                {"ib",      "id"      },
                {"di",      "id"      },
		{"confgi",  "config"  },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_non_null(meant(cases[i][0]));
		assert_string_equal(meant(cases[i][0]), cases[i][1]);
	}
}

static void is_not_made_up_from_too_little(void **state)
{
	static const char *const words[] = {"", "x", "tg", "tga", "nothing", "lxxxrs", "volumes"};
	char longer[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (meant(words[i]))
			fail_msg("%s is taken for %s", words[i], meant(words[i]));
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_null(meant(longer));
}

static void is_the_nearest_and_of_equals_the_first(void **state)
{
	struct near n = {.word = "spark-3.5.9"};

	(void)state;
	near_try(&n, "spark-3.4.8");
	assert_string_equal(n.best, "spark-3.4.8");
	near_try(&n, "spark-3.5.7");
	near_try(&n, "spark-3.5.8");
	assert_string_equal(n.best, "spark-3.5.7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_found_within_two_slips),
		cmocka_unit_test(is_not_made_up_from_too_little),
		cmocka_unit_test(is_the_nearest_and_of_equals_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
