// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <sys/resource.h>

#include "source/scratch.h"

static void is_gone_when_its_owner_is_done_and_swept_when_it_was_killed(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(scratch) struct scratch killed = SCRATCH_NONE, other = SCRATCH_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(scratch_make(&s, &killed, &e));
	assert_ok(scratch_make(&s, &other, &e));
	write_plainly(killed.fd, "left", "x", 1);
	assert_int_equal(access(killed.path, F_OK), 0);
	close(take_fd(&killed.fd));
	scratch_done(&other);
	assert_ok(scratch_make(&s, &other, &e));
	assert_int_equal(access(killed.path, F_OK), -1);
	assert_int_equal(access(other.path, F_OK), 0);
	free(take(&killed.path));
}

static void a_folder_that_cannot_be_locked_is_an_error_and_no_endless_loop(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_int_equal(in_a_child({
				 const struct rlimit none = {0, 0};
				 struct scratch x = SCRATCH_NONE;

				 alarm(2);
				 if (setrlimit(RLIMIT_NOFILE, &none) < 0 ||
		                     scratch_make(&s, &x, &e) == 0 || e.kind != ERR_SYS)
					 _exit(1);
			 }),
	                 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(is_gone_when_its_owner_is_done_and_swept_when_it_was_killed),
		in_a_room(a_folder_that_cannot_be_locked_is_an_error_and_no_endless_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
