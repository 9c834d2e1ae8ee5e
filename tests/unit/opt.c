// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/opt.h"

static const char *output;
static bool offline;
static unsigned jobs;
static struct opt_list mirrors;

static const struct opt opts[] = {
	{OPT_TEXT,  'o', "output",  "DIR", &output,  "write it there"},
	{OPT_FLAG,  'n', "offline", NULL,  &offline, "no network"    },
	{OPT_COUNT, 'j', "jobs",    "N",   &jobs,    "N at once"     },
	{OPT_LIST,  0,   "mirror",  "DIR", &mirrors, "look there"    },
};
static char *argv[16];

/* Parses "lili" and the words; argv is then as opt_parse left it. */
static int parse(const char *const *words, struct err *e)
{
	int argc = 1;

	output = NULL;
	offline = false;
	jobs = 7;
	opt_list_done(&mirrors);
	*e = (struct err){0};
	for (; *words; words++)
		argv[argc++] = (char *)(uintptr_t)*words;
	argv[argc] = NULL;
	return opt_parse(opts, ARRAY_LEN(opts), argc, argv, e);
}
#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL}, &e)

static int forget(void **state)
{
	(void)state;
	opt_list_done(&mirrors);
	return 0;
}

static void moves_the_operands_to_the_front_wherever_they_stood(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(PARSE("spark", "-n", "--output", "d", "mesos", "-j3", "hdfs"), 3);
	assert_string_equal(argv[1], "spark");
	assert_string_equal(argv[2], "mesos");
	assert_string_equal(argv[3], "hdfs");
	assert_true(offline);
	assert_string_equal(output, "d");
	assert_int_equal(jobs, 3);
	assert_int_equal(PARSE(NULL), 0);
}

static void takes_a_value_in_each_way_it_can_be_written(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(PARSE("-od"), 0);
	assert_string_equal(output, "d");
	assert_int_equal(PARSE("--output=a=b"), 0);
	assert_string_equal(output, "a=b");
	assert_int_equal(PARSE("-o", "-n"), 0);
	assert_string_equal(output, "-n");
	assert_false(offline);
	assert_int_equal(PARSE("-j", "12", "--jobs=0"), 0);
	assert_int_equal(jobs, 0);
}

static void finds_the_first_operand_behind_options_and_their_values(void **state)
{
	static const struct {
		const char *words[6];
		int want;
	} cases[] = {
		{{"lili", "x", "-n"},                   1},
		{{"lili", "-n", "-o", "d", "x"},        4},
		{{"lili", "-od", "--mirror=a", "x"},    3},
		{{"lili", "--mirror", "a", "-j3", "x"}, 4},
		{{"lili", "-n"},                        2},
		{{"lili", "-o"},                        2},
		{{"lili"},			      1},
		{{"lili", "--nope", "x"},               2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *const *words = (char *const *)(uintptr_t)cases[i].words;
		int argc = 0;

		while (words[argc])
			argc++;
		assert_int_equal(opt_first_operand(opts, ARRAY_LEN(opts), argc, words),
		                 cases[i].want);
	}
}

static void collects_an_option_that_may_be_repeated(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(PARSE("--mirror", "a", "x", "--mirror=b"), 1);
	assert_int_equal(mirrors.n, 2);
	assert_string_equal(mirrors.v[0], "a");
	assert_string_equal(mirrors.v[1], "b");
}

static void ends_the_options_at_two_dashes_and_takes_one_as_an_operand(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(PARSE("-", "-n", "--", "-x", "--", ""), 4);
	assert_true(offline);
	assert_string_equal(argv[1], "-");
	assert_string_equal(argv[2], "-x");
	assert_string_equal(argv[3], "--");
	assert_string_equal(argv[4], "");
}

static void refuses_what_is_not_in_the_table(void **state)
{
	struct err e;

	(void)state;
	assert_refused(PARSE("-x"), ERR_USAGE, "unknown option '-x'");
	assert_refused(PARSE("a", "-nj3"), ERR_USAGE, "unknown option '-nj3'");
	assert_refused(PARSE("--out"), ERR_USAGE, "unknown option '--out'");
	assert_refused(PARSE("--outputs=d"), ERR_USAGE, "unknown option '--outputs=d'");
	assert_refused(PARSE("--offline=yes"), ERR_USAGE, "unknown option '--offline=yes'");
	assert_refused(PARSE("--output"), ERR_USAGE, "--output needs a DIR");
	assert_refused(PARSE("--output="), ERR_USAGE, "--output needs a DIR");
	assert_refused(PARSE("-o", ""), ERR_USAGE, "--output needs a DIR");
	assert_refused(PARSE("--mirror"), ERR_USAGE, "--mirror needs a DIR");
	assert_refused(PARSE("-j"), ERR_USAGE, "--jobs needs a N");
}

static void a_count_is_a_number_to_its_last_character(void **state)
{
	static const char *const bad[] = {"x",  "3x",      "-1",  "+1",
	                                  " 1", "1000001", "0x9", "18446744073709551617"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_refused(PARSE("-j", bad[i]), ERR_USAGE, "is not a count");
		assert_int_equal(jobs, 7);
	}
}

static void help_names_every_option(void **state)
{
	AUTO(str) char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	opt_help(opts, ARRAY_LEN(opts), f);
	fclose(f);
	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "-o, --output DIR "));
	assert_non_null(strstr(text, "-n, --offline "));
	assert_non_null(strstr(text, "N at once\n"));
	assert_non_null(strstr(text, "      --mirror DIR "));
	assert_non_null(strstr(text, "look there (may be repeated)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_the_operands_to_the_front_wherever_they_stood),
		cmocka_unit_test(takes_a_value_in_each_way_it_can_be_written),
		cmocka_unit_test(finds_the_first_operand_behind_options_and_their_values),
		cmocka_unit_test(collects_an_option_that_may_be_repeated),
		cmocka_unit_test(ends_the_options_at_two_dashes_and_takes_one_as_an_operand),
		cmocka_unit_test(refuses_what_is_not_in_the_table),
		cmocka_unit_test(a_count_is_a_number_to_its_last_character),
		cmocka_unit_test(help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
