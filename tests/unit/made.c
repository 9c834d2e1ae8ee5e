// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "build/made.h"
#include "store/memo.h"

static const struct digest key = {{9}};

/* A layer whose blob and index of paths are in the store. */
static struct layer put_layer(struct store *s)
{
	struct layer l = {
		.packed = {.diff_id = {{2}}, .size = 4, .tar_size = 7},
                  .newest = 315619200
        };
	AUTO_DONE(paths) struct paths none = {0};
	struct err e;

	assert_ok(store_put_blob(s, "blob", 4, &l.packed.digest, &e));
	assert_ok(paths_save(s, &l.packed.diff_id, &none, &e));
	assert_ok(made_put(s, &key, &l, &e));
	return l;
}

static void comes_back_with_all_that_the_documents_need(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct layer put, got = {0};
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_false(made_get(&s, &key, &got));
	put = put_layer(&s);
	assert_true(made_get(&s, &key, &got));
	assert_memory_equal(&got, &put, sizeof got);
}

static void is_not_believed_when_the_blob_or_the_paths_are_not_there(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	char name[DIGEST_HEX_MAX];
	struct layer put, got;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	put = put_layer(&s);
	digest_hex(&put.packed.digest, name);
	write_plainly(s.blobs, name, "longer", 6);
	assert_false(made_get(&s, &key, &got));
	assert_int_equal(unlinkat(s.blobs, name, 0), 0);
	assert_false(made_get(&s, &key, &got));
	put_layer(&s);
	assert_true(made_get(&s, &key, &got));
	assert_int_equal(unlinkat(s.paths, digest_hex(&put.packed.diff_id, name), 0), 0);
	assert_false(made_get(&s, &key, &got));
}

static void is_not_believed_when_the_memo_holds_something_else(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"{\"digest\":\"x\",\"diffID\":\"\",\"size\":1,\"tarSize\":1,\"newest\":0}",
	};
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct layer got;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(json) json_t *j = NULL;

		assert_ok(json_read(bad[i], strlen(bad[i]), "test", &j, &e));
		assert_ok(memo_put(&s, &key, j, &e));
		assert_false(made_get(&s, &key, &got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(comes_back_with_all_that_the_documents_need),
		in_a_room(is_not_believed_when_the_blob_or_the_paths_are_not_there),
		in_a_room(is_not_believed_when_the_memo_holds_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
