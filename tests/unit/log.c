// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/log.h"

static void sizes_read_like_those_of_a_person(void **state)
{
	static const struct {
		unsigned long long bytes;
		const char *text;
	} rows[] = {
		{0,          "0 B"                },
		{999,        "999 B"              },
		{1000,       "1.0 kB"             },
		{1550,       "1.6 kB"             },
		{999949,     "999.9 kB"           },
		{999950,     "1.0 MB"             },
		{317858593,  "317.9 MB"           },
		{ULLONG_MAX, "18446744073709.6 MB"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(log_size(rows[i].bytes), rows[i].text);
}

static void four_sizes_fit_into_one_line(void **state)
{
	const char *a = log_size(1), *b = log_size(2), *c = log_size(3), *d = log_size(4);

	(void)state;
	assert_string_equal(a, "1 B");
	assert_string_equal(b, "2 B");
	assert_string_equal(c, "3 B");
	assert_string_equal(d, "4 B");
}

/* What the two functions wrote to stderr. */
static void talk_into(struct room *r, char *ret, size_t cap)
{
	AUTO(fd) int old = dup(2), fd = openat(r->fd, "err", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	ssize_t n;

	dup2(fd, 2);
	log_say("said %d", 1);
	log_warn("warned %s", "too");
	fflush(stderr);
	dup2(old, 2);
	n = pread(fd, ret, cap - 1, 0);
	assert_true(n >= 0);
	ret[n] = '\0';
}

static void quiet_leaves_the_warnings(void **state)
{
	char loud[200], quiet[200];

	talk_into(*state, loud, sizeof loud);
	unlinkat(((struct room *)*state)->fd, "err", 0);
	log_quiet = true;
	talk_into(*state, quiet, sizeof quiet);
	log_quiet = false;
	assert_string_equal(loud, "said 1\nwarning: warned too\n");
	assert_string_equal(quiet, "warning: warned too\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_read_like_those_of_a_person),
		cmocka_unit_test(four_sizes_fit_into_one_line),
		in_a_room(quiet_leaves_the_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
