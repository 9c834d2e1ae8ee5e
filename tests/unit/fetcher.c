// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "build/fetcher.h"

/* A store, and payloads that are files in the room. */
struct scene {
	struct store store;
	struct fetch fetch;
	struct payload_spec spec[3];
	struct lock_payload locked[3];
	const char *address[3][2];
};

static void scene_make(struct scene *s, const struct room *r)
{
	static const char *const names[] = {"a", "b", "missing"};
	AUTO(str) char *store = mem_printf("%s/store", r->path);
	struct err e;

	*s = (struct scene){.store = STORE_NONE};
	assert_ok(store_open(&s->store, store, &e));
	s->fetch = (struct fetch){.store = &s->store, .jobs = 1, .fetches = 4};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (i < 2)
			write_plainly(r->fd, names[i], names[i], 1);
		s->address[i][0] = i == 0 ? "file:a" : i == 1 ? "file:b" : "file:missing";
		s->spec[i].name = names[i];
		s->spec[i].address = (struct texts){s->address[i], 1};
		s->locked[i].name = names[i];
		s->locked[i].size = 1;
		digest_bytes(&s->locked[i].sha256, names[i], 1);
	}
}

static void scene_done(struct scene *s)
{
	store_done(&s->store);
}

static void wait_for_all(struct fetcher *f)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n; i++)
		while (!f->v[i]->done)
			pthread_cond_wait(&f->finished, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

static void brings_what_it_can_and_says_of_each_how_it_went(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct errand *x[3];
	struct room *r = *state;
	struct fetcher f;
	struct err e;

	scene_make(&s, r);
	fetcher_init(&f, &s.fetch, r->path);
	for (size_t i = 0; i < 3; i++)
		x[i] = fetcher_add_payload(&f, &s.spec[i], &s.locked[i]);
	assert_ok(fetcher_start(&f, &e));
	wait_for_all(&f);
	assert_int_equal(x[0]->rc, 0);
	assert_int_equal(x[1]->rc, 0);
	assert_int_equal(x[2]->rc, -1);
	assert_says(&x[2]->err, ERR_SYS, "missing");
	assert_true(store_has(s.store.payloads, &s.locked[0].sha256, NULL));
	assert_true(store_has(s.store.payloads, &s.locked[1].sha256, NULL));
	fetcher_done(&f);
}

static void runs_an_errand_once_however_often_it_is_asked_for(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct room *r = *state;
	struct lock_set set = {0};
	struct fetcher f;

	scene_make(&s, r);
	fetcher_init(&f, &s.fetch, r->path);
	assert_ptr_equal(fetcher_add_payload(&f, &s.spec[0], &s.locked[0]),
	                 fetcher_add_payload(&f, &s.spec[0], &s.locked[0]));
	assert_ptr_equal(fetcher_add_set(&f, &set), fetcher_add_set(&f, &set));
	assert_int_equal(f.n, 2);
	fetcher_done(&f);
}

static void fetches_no_more_at_once_than_it_is_told(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct room *r = *state;

	scene_make(&s, r);
	for (unsigned most = 1; most <= 4; most++) {
		struct fetcher f;
		struct err e;

		s.fetch.fetches = most;
		fetcher_init(&f, &s.fetch, r->path);
		for (size_t i = 0; i < 3; i++)
			fetcher_add_payload(&f, &s.spec[i], &s.locked[i]);
		assert_ok(fetcher_start(&f, &e));
		assert_int_equal(f.nthreads, most < 3 ? most : 3);
		fetcher_done(&f);
	}
}

static void starts_no_thread_for_nothing(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct room *r = *state;
	struct fetcher f;
	struct err e;

	scene_make(&s, r);
	fetcher_init(&f, &s.fetch, r->path);
	assert_ok(fetcher_start(&f, &e));
	assert_int_equal(f.nthreads, 0);
	fetcher_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(brings_what_it_can_and_says_of_each_how_it_went),
		in_a_room(runs_an_errand_once_however_often_it_is_asked_for),
		in_a_room(fetches_no_more_at_once_than_it_is_told),
		in_a_room(starts_no_thread_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
