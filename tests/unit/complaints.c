// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/complaints.h"

#define TEXT "{\n\t\"\303\251\": 1, \"b\": 2\n}\n"
static const struct page page = {"f.json", TEXT, sizeof TEXT - 1};
static const struct page other = {"g.json", "[]", 2};

static void are_shown_with_line_column_and_caret(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);
	struct err e = {0};

	(void)state;
	complaints_add(&c, &page, 12, 15, "%s", "no such key");
	complaints_hint(&c, "did you mean %s?", "c");
	assert_int_equal(complaints_end(&c, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_string_equal(e.msg, "f.json:2:10: no such key");
	assert_string_equal(e.below, "  |\n2 | \t\"\303\251\": 1, \"b\": 2\n  | \t        ^^^\n");
	assert_string_equal(e.hint, "did you mean c?");
}

static void come_in_the_order_of_files_and_places(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);
	struct err e = {0};
	const char *second, *third;

	(void)state;
	complaints_add(&c, &page, 12, 15, "second");
	complaints_add(&c, &other, 0, 1, "third");
	complaints_add(&c, &page, 3, 4, "first");
	complaints_hint(&c, "of the first");
	complaints_end(&c, &e);
	assert_string_equal(e.msg, "f.json:2:2: first");
	second = strstr(e.below, "hint: of the first\nlili: f.json:2:10: second\n");
	third = strstr(e.below, "lili: g.json:1:1: third\n");
	assert_true(second && third && second < third);
	assert_string_equal(e.hint, "");
}

static void said_twice_of_one_place_are_one(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);

	(void)state;
	complaints_add(&c, &page, 3, 4, "wrong");
	complaints_hint(&c, "kept");
	complaints_add(&c, &other, 0, 1, "wrong");
	complaints_add(&c, &page, 3, 4, "wrong");
	complaints_hint(&c, "of one that is not there");
	assert_int_equal(c.n, 2);
	complaints_add(&c, &page, 3, 4, "wrong otherwise");
	assert_int_equal(c.n, 3);
}

static void of_nothing_are_no_error(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);
	struct err e = {0};

	(void)state;
	assert_int_equal(complaints_end(&c, &e), 0);
	err_set(&e, ERR_SYS, "open x: no");
	complaints_add_err(&c, &e);
	assert_int_equal(complaints_end(&c, &e), -1);
	assert_string_equal(e.msg, "open x: no");
	assert_null(e.below);
}

static void show_the_part_of_a_long_line_that_matters(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);
	static char text[10001];
	const struct page long_page = {"l", text, 10000};
	struct err e = {0};

	(void)state;
	memset(text, 'x', 10000);
	text[5000] = '!';
	complaints_add(&c, &long_page, 5000, 9000, "here");
	complaints_end(&c, &e);
	assert_string_equal(e.msg, "l:1:5001: here");
	assert_non_null(strchr(e.below, '!'));
	assert_true(strlen(e.below) < 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_shown_with_line_column_and_caret),
		cmocka_unit_test(come_in_the_order_of_files_and_places),
		cmocka_unit_test(said_twice_of_one_place_are_one),
		cmocka_unit_test(of_nothing_are_no_error),
		cmocka_unit_test(show_the_part_of_a_long_line_that_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
