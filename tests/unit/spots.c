// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/spots.h"

struct scanned {
	struct arena arena;
	struct complaints complaints;
	struct spots spots;
	struct page page;
	int rc;
};

static void scanned_done(struct scanned *s)
{
	spots_done(&s->spots);
	complaints_done(&s->complaints);
	arena_done(&s->arena);
}

static void scan(struct scanned *s, const char *text)
{
	*s = (struct scanned){
		.page = {"f", text, strlen(text)}
        };
	s->complaints = COMPLAINTS(&s->arena);
	s->rc = spots_scan(&s->spots, &s->page, text, &s->complaints);
}

static void assert_value(const struct scanned *s, const char *path, const char *want)
{
	const struct spot *x = spots_find(&s->spots, &s->page, path);
	AUTO(str) char *have = mem_printf("%.*s", (int)(x->end - x->at), s->page.text + x->at);

	assert_string_equal(have, want);
}

static void are_found_by_path(void **state)
{
	AUTO_DONE(scanned) struct scanned s;

	(void)state;
	scan(&s, " {\"a\": [1, {\"b\" : -2.5e+3}, []], \"a.b\": {\"c[0]\": \"x\"}, \"\": true}");
	assert_int_equal(s.rc, 0);
	assert_value(&s, "a[0]", "1");
	assert_value(&s, "a[1].b", "-2.5e+3");
	assert_value(&s, "a[2]", "[]");
	assert_value(&s, "a.b", "{\"c[0]\": \"x\"}");
	assert_value(&s, "a.b.c[0]", "\"x\"");
}

static void that_are_not_there_are_the_nearest_around(void **state)
{
	AUTO_DONE(scanned) struct scanned s;

	(void)state;
	scan(&s, "{\"a\": [1], \"esc\\u0061pe\": 2}");
	assert_value(&s, "a[1]", "[1]");
	assert_value(&s, "a[0].x", "1");
	assert_value(&s, "ab", s.page.text);
	assert_value(&s, "escape", s.page.text);
	assert_value(&s, "", s.page.text);
}

static void know_the_key_too(void **state)
{
	AUTO_DONE(scanned) struct scanned s;
	const struct spot *x;

	(void)state;
	scan(&s, "{ \"key\" : 1, \"list\": [2]}");
	x = spots_find(&s.spots, &s.page, "key");
	assert_int_equal(x->key, 2);
	assert_int_equal(x->key_end, 7);
	x = spots_find(&s.spots, &s.page, "list[0]");
	assert_int_equal(x->key, x->at);
	assert_int_equal(x->key_end, x->end);
}

static void are_not_looked_for_in_what_is_no_json(void **state)
{
	static const char *const bad[] = {
		"",        "{",        "}",      "{\"a\"}",   "{\"a\":}",  "{\"a\":1,}",  "[1,]",
		"[1 2]",   "[01]",     "[-]",    "[1.]",      "[1e]",      "[+1]",        "[.5]",
		"[nul]",   "[True]",   "[\"a]",  "[\"\\x\"]", "['a']",     "[\"\\u12\"]", "{1: 2}",
		"[1] [2]", "[\"\n\"]", "{a: 1}", "[1}",       "{\"a\" 1}", "[,1]",        "[1,,2]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_DONE(scanned) struct scanned s;
		struct err e = {0};

		scan(&s, bad[i]);
		if (s.rc == 0)
			fail_msg("%s is taken for JSON", bad[i]);
		assert_int_equal(s.complaints.n, 1);
		assert_int_equal(complaints_end(&s.complaints, &e), -1);
		assert_int_equal(e.kind, ERR_SPEC);
	}
}

static void of_keys_given_twice_are_complained_of(void **state)
{
	AUTO_DONE(scanned) struct scanned s;

	(void)state;
	scan(&s, "{\"a\": 1,\n\"b\": {\"a\": 2}, \"a\": 3, \"a\": 4}");
	assert_int_equal(s.rc, 0);
	assert_int_equal(s.complaints.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_found_by_path),
		cmocka_unit_test(that_are_not_there_are_the_nearest_around),
		cmocka_unit_test(know_the_key_too),
		cmocka_unit_test(are_not_looked_for_in_what_is_no_json),
		cmocka_unit_test(of_keys_given_twice_are_complained_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
