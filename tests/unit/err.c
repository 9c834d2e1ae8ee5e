// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

static void says_first_who_wanted_it_and_last_what_happened(void **state)
{
	struct err e = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_sys(&e, "open %s", "a.tgz"), -1);
	assert_int_equal(err_ctx(&e, "payload %s", "spark"), -1);
	assert_string_equal(e.msg, "payload spark: open a.tgz: No such file or directory");
	assert_int_equal(e.kind, ERR_SYS);
}

static void keeps_the_kind_whatever_is_put_in_front(void **state)
{
	struct err e = {0};

	(void)state;
	err_set(&e, ERR_VERIFY, "want %d", 1);
	err_ctx(&e, "layer");
	assert_int_equal(e.kind, ERR_VERIFY);
	assert_string_equal(e.msg, "layer: want 1");
}

static void keeps_the_innermost_hint_of_this_error_only(void **state)
{
	struct err e = {0};

	(void)state;
	err_set(&e, ERR_SPEC, "first");
	err_hint(&e, "look %s", "there");
	assert_int_equal(err_hint(&e, "or there"), -1);
	assert_string_equal(e.hint, "look there");
	err_set(&e, ERR_SPEC, "second");
	assert_string_equal(e.hint, "");
}

static void cuts_what_is_too_long(void **state)
{
	struct err e = {0};
	char word[1001];

	(void)state;
	memset(word, 'x', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	err_set(&e, ERR_SYS, "the leaf");
	for (int i = 0; i < 5; i++)
		err_ctx(&e, "%s", word);
	errno = EIO;
	assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
	err_sys(&e, "%s%s%s", word, word, word);
	assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
}

static void exits_with_the_documented_code(void **state)
{
	static const struct {
		enum err_kind kind;
		int code;
	} rows[] = {
		{ERR_NONE,   0},
                {ERR_SYS,    1},
                {ERR_USAGE,  2},
                {ERR_SPEC,   2},
		{ERR_NET,    3},
                {ERR_AUTH,   4},
                {ERR_VERIFY, 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = {.kind = rows[i].kind};

		assert_int_equal(err_exit_code(&e), rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_first_who_wanted_it_and_last_what_happened),
		cmocka_unit_test(keeps_the_kind_whatever_is_put_in_front),
		cmocka_unit_test(keeps_the_innermost_hint_of_this_error_only),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(exits_with_the_documented_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
