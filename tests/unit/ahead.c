// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "source/ahead.h"

#define TOTAL ((size_t)3 << 20)

/* Counts up; fails, if it is to, after TOTAL bytes. */
struct source {
	struct stream door;
	size_t at, chunk;
	bool fails;
	bool *freed;
};

static int source_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct source *x = (struct source *)s;
	size_t n = cap < x->chunk ? cap : x->chunk;

	n = n < TOTAL - x->at ? n : TOTAL - x->at;
	if (!n && x->fails)
		return err_set(e, ERR_VERIFY, "it is broken");
	for (size_t i = 0; i < n; i++)
		((uint8_t *)buf)[i] = (uint8_t)((x->at + i) % 251);
	x->at += n;
	*ret_n = n;
	return 0;
}

static void source_free(struct stream *s)
{
	*((struct source *)s)->freed = true;
	free(s);
}

static struct stream *source(size_t chunk, bool fails, bool *freed)
{
	struct source *x = mem_alloc(1, sizeof *x);

	*freed = false;
	*x = (struct source){
		{source_read, source_free},
                0, chunk, fails, freed
        };
	return stream_ahead(&x->door);
}

/* Reads it all in pieces of `cap`; the number of bytes that were what they should be. */
static size_t read_all(struct stream *s, size_t cap, int *ret, struct err *e)
{
	AUTO(str) char *bytes = mem_alloc(cap, 1);
	size_t at = 0, n = 1;

	while (n && (*ret = s->read(s, bytes, cap, &n, e)) == 0)
		for (size_t i = 0; i < n; i++, at++)
			assert_int_equal((uint8_t)bytes[i], at % 251);
	return at;
}

static void gives_what_the_stream_gives(void **state)
{
	static const size_t sizes[][2] = {
		{1000,    100000},
                {1000000, 7777  },
                {262144,  262144},
                {TOTAL,   TOTAL }
        };
	bool freed;
	int got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct stream *s = source(sizes[i][0], false, &freed);
		struct err e = {0};

		assert_int_equal(read_all(s, sizes[i][1], &got, &e), TOTAL);
		assert_int_equal(got, 0);
		stream_free(s);
		assert_true(freed);
	}
}

static void passes_an_error_on_behind_the_bytes_before_it(void **state)
{
	bool freed;
	struct stream *s = source(5000, true, &freed);
	struct err e = {0};
	int got;

	(void)state;
	assert_int_equal(read_all(s, 9000, &got, &e), TOTAL);
	assert_int_equal(got, -1);
	assert_says(&e, ERR_VERIFY, "it is broken");
	stream_free(s);
}

static void may_be_left_at_any_time(void **state)
{
	bool freed;
	char bytes[100];
	size_t n;

	(void)state;
	for (int reads = 0; reads < 3; reads++) {
		struct stream *s = source(50, false, &freed);
		struct err e;

		for (int i = 0; i < reads; i++)
			assert_ok(s->read(s, bytes, sizeof bytes, &n, &e));
		stream_free(s);
		assert_true(freed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_the_stream_gives),
		cmocka_unit_test(passes_an_error_on_behind_the_bytes_before_it),
		cmocka_unit_test(may_be_left_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
