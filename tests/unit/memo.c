// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "store/memo.h"

static const struct digest key = {{7}};

static void gives_back_what_was_put_last(void **state)
{
	AUTO(json) json_t *first = json_pack("{s:i}", "a", 1);
	AUTO(json) json_t *second = json_pack("{s:i}", "a", 2);
	AUTO(json) json_t *got = NULL;
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(memo_put(&s, &key, first, &e));
	assert_ok(memo_put(&s, &key, second, &e));
	assert_ok(memo_get(&s, &key, &got));
	assert_true(json_equal(got, second));
}

static void knows_nothing_of_another_key(void **state)
{
	AUTO(json) json_t *value = json_object();
	AUTO_DONE(store) struct store s = STORE_NONE;
	const struct digest other = {{8}};
	json_t *got = value;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(memo_put(&s, &key, value, &e));
	assert_ok(memo_get(&s, &other, &got));
	assert_null(got);
}

static void what_cannot_be_read_is_as_good_as_nothing(void **state)
{
	static const char *const bad[] = {"", "{", "{\"a\": 1, \"a\": 2}", "{}\n{}", "\xff"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	char name[DIGEST_HEX_MAX];
	json_t *got = NULL;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	digest_hex(&key, name);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		write_plainly(s.memo, name, bad[i], strlen(bad[i]));
		assert_ok(memo_get(&s, &key, &got));
		assert_null(got);
	}
	assert_int_equal(unlinkat(s.memo, name, 0), 0);
	assert_int_equal(mkfifoat(s.memo, name, 0644), 0);
	assert_ok(memo_get(&s, &key, &got));
	assert_null(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(gives_back_what_was_put_last),
		in_a_room(knows_nothing_of_another_key),
		in_a_room(what_cannot_be_read_is_as_good_as_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
