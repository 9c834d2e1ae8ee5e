// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/layer.h"
#include "layer/unpack.h"

static void make_layer(struct store *s, struct layer *ret)
{
	AUTO(layer) struct layer_writer *w = NULL;
	struct entry setuid = {.type = ENTRY_FILE, .name = "bin/su", .mode = 04755};
	struct err e;

	assert_ok(layer_open(s, 1, &w, &e));
	assert_ok(layer_add_bytes(w, "etc/motd", 0644, "hello", 5, &e));
	assert_ok(layer_add_symlink(w, "etc/link", "motd", &e));
	assert_ok(layer_add(w, &setuid, NULL, NULL, &e));
	assert_ok(layer_close(w, ret, &e));
}

static void gives_back_what_was_packed_and_its_diff_id(void **state)
{
	static const char *const want[] = {"etc", "etc/motd", "etc/link", "bin", "bin/su"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO(unpack) struct unpack *u = NULL;
	struct room *r = *state;
	struct layer layer;
	struct digest got;
	struct entry x;
	struct err e;
	char bytes[16];
	size_t n;

	assert_ok(store_open(&s, r->path, &e));
	make_layer(&s, &layer);
	assert_ok(unpack_open(&s, &layer.packed.digest, &u, &e));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(unpack_next(u, &x, &e), 1);
		assert_string_equal(x.name, want[i]);
		if (i != 1)
			continue;
		assert_ok(unpack_read(u, bytes, sizeof bytes, &n, &e));
		assert_int_equal(n, 5);
		assert_memory_equal(bytes, "hello", 5);
	}
	assert_int_equal(x.mode, 04755);
	assert_int_equal(unpack_next(u, &x, &e), 0);
	unpack_diff_id(u, &got);
	assert_true(digest_eq(&got, &layer.packed.diff_id));
}

static void a_blob_with_a_byte_more_is_refused_at_its_end(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(unpack) struct unpack *u = NULL;
	char name[DIGEST_HEX_MAX];
	struct room *r = *state;
	struct layer layer;
	struct entry x;
	struct err e;
	int got;

	assert_ok(store_open(&s, r->path, &e));
	make_layer(&s, &layer);
	digest_hex(&layer.packed.digest, name);
	assert_ok(fs_read_file(s.blobs, name, 1 << 20, &b, &e));
	buf_put(&b, "", 1); /* a zero, which gzip's readers let pass */
	write_plainly(s.blobs, name, b.p, b.len);
	assert_ok(unpack_open(&s, &layer.packed.digest, &u, &e));
	while ((got = unpack_next(u, &x, &e)) > 0)
		;
	assert_int_equal(got, -1);
	assert_says(&e, ERR_VERIFY, name);
}

static void what_is_not_there_is_not_opened(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct digest d = {{1}};
	struct unpack *u = NULL;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_refused(unpack_open(&s, &d, &u, &e), ERR_SYS, "No such file");
	assert_null(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(gives_back_what_was_packed_and_its_diff_id),
		in_a_room(a_blob_with_a_byte_more_is_refused_at_its_end),
		in_a_room(what_is_not_there_is_not_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
