// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/json.h"

static int read_text(struct room *r, const char *text, json_t **ret, struct err *e)
{
	write_plainly(r->fd, "f.json", text, strlen(text));
	return json_read_file(r->fd, "f.json", ret, e);
}

static void reads_what_people_write_comments_and_all(void **state)
{
	AUTO(json) json_t *j = NULL;
	const char *a, *b;
	struct err e;

	assert_ok(read_text(*state,
	                    "// first\n{\"a\": \"https://x\", // \"not this\n"
	                    "\t\"b\": \"\\\"//\\\\\" //}\n}\n// last",
	                    &j, &e));
	assert_int_equal(json_unpack(j, "{s:s, s:s !}", "a", &a, "b", &b), 0);
	assert_string_equal(a, "https://x");
	assert_string_equal(b, "\"//\\");
}

static void says_where_it_does_not_understand(void **state)
{
	static const struct {
		const char *text, *where;
	} rows[] = {
		{"",				 "f.json:1:"    },
		{"{\n\t\"a\": 1,\n\t\"b\": oops\n}", "f.json:3:10: "},
		{"{ // a comment\n  \"a\": ]}",      "f.json:2:8: " },
		{"/* no */ {}",                      "f.json:1:1: " },
		{"{} {}",			    "f.json:1:4: " },
		{"{\"a\": 1, \"a\": 2}",             "f.json:1:"    },
		{"{\"a\": \"\xff\"}",                "f.json:1:"    },
		{"{\"a\": 9223372036854775808}",     "f.json:1:"    },
		{"{\"a\": \"// unended}",            "f.json:1:"    },
		{"\"text\"",                         "f.json:1:"    },
	};
	json_t *j = NULL;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_refused(read_text(*state, rows[i].text, &j, &e), ERR_SPEC, rows[i].where);
	assert_null(j);
}

static void names_the_key_that_comes_twice(void **state)
{
	json_t *j = NULL;
	struct err e;

	assert_refused(read_text(*state, "{\"name\": 1,\n\"name\": 2}", &j, &e), ERR_SPEC,
	               "f.json:2:6: duplicate object key near '\"name\"'");
}

static void what_programs_write_has_no_comments(void **state)
{
	json_t *j = NULL;
	struct err e;

	(void)state;
	assert_refused(json_read("{} // x", 7, "index.json", &j, &e), ERR_SPEC, "index.json:1:");
	assert_refused(json_read("{}\0", 3, "index.json", &j, &e), ERR_SPEC, "index.json:1:");
	assert_ok(json_read("[1]2", 3, "index.json", &j, &e));
	assert_int_equal(json_array_size(j), 1);
	json_decref(j);
}

static json_t *sample(void)
{
	return json_pack("{s:i, s:s, s:[i,i], s:{}, s:{s:b}, s:[]}", "z", 1, "a", "\xc3\xa9/\n\" x",
	                 "list", 1, 2, "empty", "deep", "yes", 1, "none");
}

static void text_is_compact_in_the_order_the_keys_were_set(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *j = sample();

	(void)state;
	json_text(j, &b);
	assert_string_equal(b.p, "{\"z\":1,\"a\":\"\xc3\xa9/\\n\\\" x\",\"list\":[1,2],"
	                         "\"empty\":{},\"deep\":{\"yes\":true},\"none\":[]}");
}

static void for_people_it_has_tabs_and_a_last_newline(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *j = sample();

	(void)state;
	json_pretty(j, &b);
	assert_string_equal(b.p, "{\n\t\"z\": 1,\n\t\"a\": \"\xc3\xa9/\\n\\\" x\",\n"
	                         "\t\"list\": [\n\t\t1,\n\t\t2\n\t],\n\t\"empty\": {},\n"
	                         "\t\"deep\": {\n\t\t\"yes\": true\n\t},\n\t\"none\": []\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(reads_what_people_write_comments_and_all),
		in_a_room(says_where_it_does_not_understand),
		in_a_room(names_the_key_that_comes_twice),
		cmocka_unit_test(what_programs_write_has_no_comments),
		cmocka_unit_test(text_is_compact_in_the_order_the_keys_were_set),
		cmocka_unit_test(for_people_it_has_tabs_and_a_last_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
