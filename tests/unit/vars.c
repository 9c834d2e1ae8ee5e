// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/vars.h"

static const char *const sets[] = {"VERSION=3.5.9", "EMPTY=", "EQUALS=a=b"};

static void are_replaced_by_what_is_set_or_by_their_default(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"plain $HOME $x {y}",         "plain $HOME $x {y}"},
		{"spark-${VERSION}",           "spark-3.5.9"       },
		{"${VERSION:-1}/${OTHER:-2}",  "3.5.9/2"           },
		{"${OTHER:-}",                 ""                  },
		{"${EMPTY}|${EMPTY:-default}", "|default"          },
		{"${EQUALS}",                  "a=b"               },
		{"$${VERSION}",                "${VERSION}"        },
		{"${OTHER:-a:-b}",             "a:-b"              },
	};
	AUTO_DONE(arena) struct arena a = {0};
	struct vars v = {0};
	struct err e;

	(void)state;
	assert_ok(vars_read(&v, sets, ARRAY_LEN(sets), &a, &e));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = NULL;

		assert_ok(vars_expand(&v, cases[i].text, &a, &got, &e));
		assert_string_equal(got, cases[i].want);
	}
}

static void without_value_or_default_are_refused_with_what_to_do(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct vars v = {0};
	const char *got;
	struct err e;

	(void)state;
	assert_refused(vars_expand(&v, "a ${NOPE} b", &a, &got, &e), ERR_SPEC,
	               "variable NOPE is not set");
	assert_non_null(strstr(e.hint, "--set NOPE=VALUE"));
}

static void that_are_not_well_formed_are_refused(void **state)
{
	static const char *const bad[] = {"${",     "${}",    "${A",   "${A-b}",
	                                  "${A:b}", "${A:-b", "${a.b}"};
	AUTO_DONE(arena) struct arena a = {0};
	struct vars v = {0};
	const char *got;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(vars_expand(&v, bad[i], &a, &got, &e), ERR_SPEC, "is not ${NAME}");
}

static void do_not_come_from_the_environment(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct vars v = {0};
	const char *got = NULL;
	struct err e;

	(void)state;
	setenv("VERSION", "from the environment", 1);
	assert_ok(vars_expand(&v, "${VERSION:-default}", &a, &got, &e));
	assert_string_equal(got, "default");
	unsetenv("VERSION");
}

static void are_set_once_as_name_and_value(void **state)
{
	static const char *const bad[][2] = {
		{"VERSION", NULL },
		{"=x",      NULL },
		{"A B=x",   NULL },
		{"A=1",     "A=2"},
	};
	AUTO_DONE(arena) struct arena a = {0};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct vars v = {0};

		assert_refused(vars_read(&v, bad[i], bad[i][1] ? 2 : 1, &a, &e), ERR_USAGE,
		               "--set");
	}
}

static void that_nothing_asked_for_are_a_mistake(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct vars v = {0};
	const char *got;
	struct err e;

	(void)state;
	assert_ok(vars_read(&v, sets, ARRAY_LEN(sets), &a, &e));
	assert_ok(vars_expand(&v, "${VERSION}${EMPTY}", &a, &got, &e));
	assert_refused(vars_check_used(&v, &e), ERR_USAGE, "--set EQUALS");
	assert_ok(vars_expand(&v, "${EQUALS}", &a, &got, &e));
	assert_ok(vars_check_used(&v, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_replaced_by_what_is_set_or_by_their_default),
		cmocka_unit_test(without_value_or_default_are_refused_with_what_to_do),
		cmocka_unit_test(that_are_not_well_formed_are_refused),
		cmocka_unit_test(do_not_come_from_the_environment),
		cmocka_unit_test(are_set_once_as_name_and_value),
		cmocka_unit_test(that_nothing_asked_for_are_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
