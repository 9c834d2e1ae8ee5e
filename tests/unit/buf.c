// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/buf.h"

static void is_text_even_when_empty(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_put(&b, NULL, 0);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_done(&b);
}

static void holds_any_bytes_and_a_nul_behind_them(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	buf_put(&b, "a\0b", 3);
	buf_put(&b, "\0", 1);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.p, "a\0b\0\0", 5);
}

static void grows_byte_by_byte_and_at_once(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		buf_put(&b, &(char){(char)('a' + i % 26)}, 1);
		assert_int_equal(b.p[b.len], '\0');
	}
	memset(buf_room(&b, 1 << 20), 'z', 1 << 20);
	b.len += 1 << 20;
	assert_int_equal(b.len, 100000 + (1 << 20));
	assert_int_equal(b.p[b.len], '\0');
	assert_int_equal(b.p[99999], 'a' + 99999 % 26);
}

static void prints_what_is_longer_than_its_room(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	buf_add(&b, "x=");
	buf_printf(&b, "%0500d", 7);
	buf_printf(&b, "%s", "");
	assert_int_equal(b.len, 502);
	assert_memory_equal(b.p, "x=000", 5);
	assert_string_equal(b.p + 499, "007");
}

static void is_empty_again_when_done(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add(&b, "text");
	buf_done(&b);
	assert_null(b.p);
	assert_int_equal(b.len + b.cap, 0);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_text_even_when_empty),
		cmocka_unit_test(holds_any_bytes_and_a_nul_behind_them),
		cmocka_unit_test(grows_byte_by_byte_and_at_once),
		cmocka_unit_test(prints_what_is_longer_than_its_room),
		cmocka_unit_test(is_empty_again_when_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
