// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "store/lease.h"

static void store_make(struct store *s, const struct room *r, struct digest *ret_key)
{
	AUTO(str) char *path = mem_printf("%s/store", r->path);
	struct err e;

	*s = STORE_NONE;
	assert_ok(store_open(s, path, &e));
	digest_bytes(ret_key, "key", 3);
}

struct waiter {
	struct store *store;
	const struct digest *key;
	int *turn;
	int seen;
};

static void *take_turn(void *arg)
{
	AUTO_DONE(lease) struct lease l = LEASE_NONE;
	struct waiter *w = arg;
	struct err e;

	if (lease_take(&l, w->store, w->key, "step", &e) == 0)
		w->seen = __atomic_load_n(w->turn, __ATOMIC_SEQ_CST);
	return NULL;
}

static void one_at_a_time_holds_a_key(void **state)
{
	AUTO_DONE(store) struct store s;
	AUTO_DONE(lease) struct lease l = LEASE_NONE;
	struct digest key;
	struct waiter w;
	int turn = 1;
	pthread_t t;
	struct err e;

	store_make(&s, *state, &key);
	w = (struct waiter){.store = &s, .key = &key, .turn = &turn};
	assert_ok(lease_take(&l, &s, &key, "step", &e));
	assert_int_equal(pthread_create(&t, NULL, take_turn, &w), 0);
	usleep(100000);
	__atomic_store_n(&turn, 2, __ATOMIC_SEQ_CST);
	lease_done(&l);
	pthread_join(t, NULL);
	assert_int_equal(w.seen, 2);
	assert_int_equal(faccessat(s.tmpfd, l.name, F_OK, 0), -1);
}

static void other_keys_do_not_wait(void **state)
{
	AUTO_DONE(store) struct store s;
	AUTO_DONE(lease) struct lease a = LEASE_NONE, b = LEASE_NONE;
	struct digest key, other;
	struct err e;

	store_make(&s, *state, &key);
	digest_bytes(&other, "other", 5);
	assert_ok(lease_take(&a, &s, &key, "step", &e));
	assert_ok(lease_take(&b, &s, &other, "step", &e));
}

static void a_killed_holder_holds_no_longer(void **state)
{
	AUTO_DONE(store) struct store s;
	AUTO_DONE(lease) struct lease l = LEASE_NONE;
	struct digest key;
	struct err e;
	int status;
	pid_t pid;

	store_make(&s, *state, &key);
	pid = fork();
	if (pid == 0) {
		if (lease_take(&l, &s, &key, "step", &e) == 0)
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_ok(lease_take(&l, &s, &key, "step", &e));
}

/* A start of another build removes what nobody holds, and leaves what somebody does. */
static void a_sweep_leaves_a_lease_that_is_held(void **state)
{
	AUTO_DONE(store) struct store s;
	AUTO_DONE(lease) struct lease l = LEASE_NONE;
	struct digest key;
	struct err e;

	store_make(&s, *state, &key);
	assert_ok(lease_take(&l, &s, &key, "step", &e));
	fs_sweep(s.tmpfd);
	assert_int_equal(faccessat(s.tmpfd, l.name, F_OK, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(one_at_a_time_holds_a_key),
		in_a_room(other_keys_do_not_wait),
		in_a_room(a_killed_holder_holds_no_longer),
		in_a_room(a_sweep_leaves_a_lease_that_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
