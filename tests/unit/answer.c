// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "net/answer.h"

static struct answer head(const char *const *lines)
{
	struct answer a = {.status = 1};

	for (; *lines; lines++)
		answer_line(&a, *lines);
	return a;
}
#define HEAD(...) head((const char *const[]){__VA_ARGS__, NULL})

static void takes_what_matters_from_a_head(void **state)
{
	const struct answer a =
		HEAD("HTTP/1.1 206 Partial Content", "Date: now", "content-RANGE: bytes 5-9/10",
	             "Content-Length:5", "ETag: \"x:y\"", "Retry-After:  3", "");

	(void)state;
	assert_int_equal(a.status, 206);
	assert_int_equal(a.range_from, 5);
	assert_int_equal(a.range_total, 10);
	assert_int_equal(a.length, 5);
	assert_int_equal(a.retry_after, 3);
	assert_true(a.delimited);
	assert_string_equal(a.etag, "\"x:y\"");
}

static void what_is_not_said_is_not_assumed(void **state)
{
	const struct answer a = HEAD("HTTP/1.0 200 OK", "Server: x", "no colon");

	(void)state;
	assert_int_equal(a.status, 200);
	assert_true(a.range_from == ANSWER_NOT_SAID && a.range_total == ANSWER_NOT_SAID);
	assert_true(a.length == ANSWER_NOT_SAID);
	assert_false(a.delimited);
	assert_int_equal(a.retry_after, 0);
	assert_string_equal(a.etag, "");
}

static void a_new_status_line_forgets_the_head_before_it(void **state)
{
	const struct answer a = HEAD("HTTP/1.1 302 Found", "Content-Length: 5", "ETag: \"x\"",
	                             "Retry-After: 9", "", "HTTP/1.1 200 OK");

	(void)state;
	assert_int_equal(a.status, 200);
	assert_true(a.length == ANSWER_NOT_SAID);
	assert_string_equal(a.etag, "");
	assert_int_equal(a.retry_after, 0);
	assert_false(a.delimited);
}

static void knows_whose_end_can_be_told_from_a_cut(void **state)
{
	static const struct {
		const char *status, *header;
		bool delimited;
	} rows[] = {
		{"HTTP/1.1 200 OK", "Content-Length: 0",                true },
		{"HTTP/1.1 200 OK", "Transfer-Encoding: gzip, Chunked", true },
		{"HTTP/1.1 200 OK", "Transfer-Encoding: gzip",          false},
		{"HTTP/1.1 200 OK", "Connection: close",                false},
		{"HTTP/2 200",      "Server: x",                        true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(HEAD(rows[i].status, rows[i].header).delimited, rows[i].delimited);
}

static void a_range_that_makes_no_sense_is_none(void **state)
{
	static const char *const bad[] = {
		"bytes 9-5/10",
		"bytes 5-10/10",
		"bytes 5-9/*",
		"bytes */10",
		"5-9/10",
		"bytes=5-9/10",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(str) char *line = mem_printf("Content-Range: %s", bad[i]);

		assert_true(HEAD("HTTP/1.1 206 X", line).range_from == ANSWER_NOT_SAID);
	}
}

static void only_a_strong_etag_that_fits_is_kept(void **state)
{
	char longest[ANSWER_ETAG_MAX + 20] = "ETag: \"";

	(void)state;
	assert_string_equal(HEAD("HTTP/1.1 200 OK", "ETag: W/\"x\"").etag, "");
	assert_string_equal(HEAD("HTTP/1.1 200 OK", "ETag: x").etag, "");
	memset(longest + 7, 'x', ANSWER_ETAG_MAX - 2);
	assert_int_equal(strlen(HEAD("HTTP/1.1 200 OK", longest).etag), ANSWER_ETAG_MAX - 1);
	longest[strlen(longest)] = '"';
	assert_string_equal(HEAD("HTTP/1.1 200 OK", longest).etag, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_matters_from_a_head),
		cmocka_unit_test(what_is_not_said_is_not_assumed),
		cmocka_unit_test(a_new_status_line_forgets_the_head_before_it),
		cmocka_unit_test(knows_whose_end_can_be_told_from_a_cut),
		cmocka_unit_test(a_range_that_makes_no_sense_is_none),
		cmocka_unit_test(only_a_strong_etag_that_fits_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
