// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

static void an_arenas_memory_is_zeroed_aligned_and_stays_where_it_is(void **state)
{
	struct arena a = {0};
	unsigned char *p[500];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		size_t n = i == 250 ? 1 << 20 : 1 + i % 97;

		p[i] = arena_alloc(&a, n, 1);
		assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)(i & 0xff), n);
	}
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		assert_int_equal(p[i][0], i & 0xff);
	arena_done(&a);
}

static void an_arena_keeps_copies_of_text(void **state)
{
	struct arena a = {0};
	char text[] = "payload";
	char *dup = arena_dup(&a, text), *part = arena_dupn(&a, text, 3);
	char *made = arena_printf(&a, "%s-%03d", text, 7);

	(void)state;
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(dup, "payload");
	assert_string_equal(part, "pay");
	assert_string_equal(made, "payload-007");
	arena_done(&a);
}

static void an_arena_that_was_freed_can_be_used_again(void **state)
{
	struct arena a = {0};

	(void)state;
	arena_done(&a);
	arena_dup(&a, "one");
	arena_done(&a);
	assert_null(a.head);
	assert_string_equal(arena_dup(&a, "two"), "two");
	arena_done(&a);
}

static void memory_is_zeroed_and_growing_keeps_what_is_there(void **state)
{
	unsigned *p = mem_alloc(3, sizeof *p);
	AUTO(str) char *s = mem_printf("%s/%u", "a", 5u), *dup = mem_dup(s);

	(void)state;
	assert_int_equal(p[0] | p[1] | p[2], 0);
	p[2] = 42;
	p = mem_grow(p, 100000, sizeof *p);
	assert_int_equal(p[2], 42);
	assert_string_equal(dup, "a/5");
	free(p);
}

static void more_memory_than_there_can_be_ends_the_process(void **state)
{
	volatile size_t many = SIZE_MAX / 2;
	struct arena a = {0};
	int alloc = in_a_child(fclose(stderr); mem_alloc(many, 4));
	int grow = in_a_child(fclose(stderr); mem_grow(NULL, many, 4));
	int from_arena = in_a_child(fclose(stderr); arena_alloc(&a, many, 4));

	(void)state;
	assert_int_not_equal(alloc, 0);
	assert_int_not_equal(grow, 0);
	assert_int_not_equal(from_arena, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arenas_memory_is_zeroed_aligned_and_stays_where_it_is),
		cmocka_unit_test(an_arena_keeps_copies_of_text),
		cmocka_unit_test(an_arena_that_was_freed_can_be_used_again),
		cmocka_unit_test(memory_is_zeroed_and_growing_keeps_what_is_there),
		cmocka_unit_test(more_memory_than_there_can_be_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
