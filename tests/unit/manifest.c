// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/manifest.h"

#define HEX_1 "sha256:0100000000000000000000000000000000000000000000000000000000000000"
#define HEX_2 "sha256:0200000000000000000000000000000000000000000000000000000000000000"

static const struct image_layer layers[] = {
	{{{.digest = {{2}}, .size = 70}, 0}, ""}
};
static const struct digest config = {{1}};

static const char want[] =
	"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
	"\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
	"\"digest\":\"" HEX_1 "\",\"size\":99},\"layers\":[{"
	"\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\","
	"\"digest\":\"" HEX_2 "\",\"size\":70}],\"annotations\":{\"a\":\"b\"}}";

static void is_these_bytes(void **state)
{
	struct pair one = {"a", "b"};
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	manifest_text(layers, 1, &config, 99, &(struct pairs){&one, 1}, &b);
	assert_string_equal(b.p, want);
}

static void comes_back_from_the_store_as_it_was_written(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(manifest) struct manifest m = {0};
	struct room *r = *state;
	struct digest d = {0};
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, want, strlen(want), &d, &e));
	assert_ok(manifest_read(&s, &d, &m, &e));
	assert_true(digest_eq(&m.config, &config));
	assert_int_equal(m.config_size, 99);
	assert_int_equal(m.nlayers, 1);
	assert_true(digest_eq(&m.layers[0].digest, &layers[0].layer.packed.digest));
	assert_string_equal(m.layers[0].media_type, MEDIA_LAYER);
	assert_int_equal(manifest_size(&m), 70);
}

static void that_lacks_something_is_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"config\":{\"mediaType\":\"x\",\"digest\":\"" HEX_1 "\",\"size\":1}}",
		"{\"config\":{\"mediaType\":\"x\",\"digest\":\"" HEX_1 "\",\"size\":-1},"
		"\"layers\":[]}",
		"{\"config\":{\"mediaType\":\"x\",\"digest\":\"" HEX_1 "\",\"size\":1},"
		"\"layers\":[{}]}",
	};
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct manifest m;
		struct digest d = {0};

		assert_ok(store_put_blob(&s, bad[i], strlen(bad[i]), &d, &e));
		assert_refused(manifest_read(&s, &d, &m, &e), ERR_VERIFY, "manifest sha256:");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_these_bytes),
		in_a_room(comes_back_from_the_store_as_it_was_written),
		in_a_room(that_lacks_something_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
