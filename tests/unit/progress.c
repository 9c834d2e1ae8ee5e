// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

#include "base/json.h"
#include "base/progress.h"

/* What the step stands at, as the events tell: one is written when the address changes. */
static json_int_t told(int fd)
{
	char text[4096] = "";
	const char *at;

	assert_int_equal(ftruncate(fd, 0), 0);
	progress_via("x");
	assert_true(pread(fd, text, sizeof text - 1, 0) > 0);
	at = strstr(text, "\"done\":");
	assert_non_null(at);
	return strtoll(at + strlen("\"done\":"), NULL, 10);
}

static void stands_neither_past_its_total_nor_further_back_than_before(void **state)
{
	struct room *r = *state;
	int out = openat(r->fd, "out", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int old = dup(2);
	json_int_t far, back, more;
	struct progress *p;
	struct err e;

	dup2(out, 2);
	assert_ok(progress_open("json", &e));
	p = progress_begin(PROGRESS_FETCH, "thing", 1000);
	progress_reached(600);
	progress_reached(200);
	back = told(out);
	progress_reached(2500);
	far = told(out);
	progress_count(p, 1);
	more = told(out);
	progress_end(p, 1000);
	progress_close();
	dup2(old, 2);
	close(old);
	close(out);
	assert_int_equal(back, 600);
	assert_int_equal(far, 1000);
	assert_int_equal(more, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(stands_neither_past_its_total_nor_further_back_than_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
