// SPDX-License-Identifier: Apache-2.0
#include "build/jobs.h"

#include <time.h>

#include "base/log.h"
#include "build/made.h"
#include "build/make.h"
#include "build/past.h"

void jobs_init(struct jobs *j, const struct fetch *fetch, const char *dir, struct arena *a)
{
	*j = (struct jobs){.store = fetch->store, .threads = fetch->jobs, .arena = a};
	fetcher_init(&j->fetcher, fetch, dir);
}

static struct job *find(const struct jobs *j, const struct digest *key)
{
	for (size_t i = 0; i < j->n; i++)
		if (digest_is_set(key) && digest_eq(&j->v[i]->step->key, key))
			return j->v[i];
	return NULL;
}

/* The system layer is made of the packages too: certificates come from there. */
static void add_errands(struct jobs *j, struct job *x)
{
	const struct step *s = x->step;

	x->errands = arena_alloc(j->arena, s->nsets + 2, sizeof(void *));
	if (s->payload)
		x->errands[x->nerrands++] =
			fetcher_add_payload(&j->fetcher, s->payload_spec, s->payload);
	if (s->set)
		x->errands[x->nerrands++] = fetcher_add_set(&j->fetcher, s->set);
	for (size_t i = 0; i < s->nsets; i++)
		if (s->sets[i])
			x->errands[x->nerrands++] = fetcher_add_set(&j->fetcher, s->sets[i]);
}

struct job **jobs_add(struct jobs *j, const struct image_plan *p)
{
	struct job **mine = arena_alloc(j->arena, p->n, sizeof(void *));

	for (size_t i = 0; i < p->n; i++) {
		struct job *x = find(j, &p->v[i].key);

		mine[i] = x;
		if (x)
			continue;
		x = mine[i] = arena_alloc(j->arena, 1, sizeof *x);
		x->step = &p->v[i];
		x->platform = p->platform;
		x->image = p->image;
		x->below = mine;
		x->nbelow = i;
		x->reused = x->done = made_get(j->store, &x->step->key, &x->layer);
		if (!x->done)
			add_errands(j, x);
		j->v = mem_grow(j->v, j->n + 1, sizeof(void *));
		j->v[j->n++] = x;
	}
	return mine;
}

static bool is_ready(struct jobs *j, const struct job *x)
{
	if (x->done)
		return false;
	for (size_t i = 0; i < x->nerrands; i++)
		if (!fetcher_is_done(&j->fetcher, x->errands[i]))
			return false;
	for (size_t i = 0; x->step->kind == LAYER_SYSTEM && i < x->nbelow; i++)
		if (!x->below[i]->done)
			return false;
	return true;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* An errand or a layer below that failed is this job's failure. */
static int check_inputs(struct job *x)
{
	for (size_t i = 0; i < x->nerrands; i++) {
		if (x->errands[i]->rc < 0) {
			x->err = x->errands[i]->err;
			return -1;
		}
	}
	for (size_t i = 0; x->step->kind == LAYER_SYSTEM && i < x->nbelow; i++) {
		if (x->below[i]->rc < 0) {
			x->err = x->below[i]->err;
			return -1;
		}
	}
	return 0;
}

static void run_job(struct jobs *j, struct job *x)
{
	double start = now();

	x->done = true;
	x->rc = check_inputs(x);
	if (x->rc < 0)
		return;
	x->rc = make_layer(j->store, j->threads, x, &x->err);
	if (x->rc == 0)
		x->rc = made_put(j->store, &x->step->key, &x->layer, &x->err);
	if (x->rc == 0)
		x->rc = past_put_step(j->store, x->step, &x->err);
	if (x->rc == 0)
		log_say("layer %s: %s, %.1f s", x->step->label, log_size(x->layer.packed.size),
		        now() - start);
}

int jobs_run(struct jobs *j, struct err *e)
{
	size_t fetched = 0;
	bool waiting = true;

	if (fetcher_start(&j->fetcher, e) < 0)
		return -1;
	while (waiting) {
		bool ran = false;

		waiting = false;
		for (size_t i = 0; i < j->n; i++) {
			if (is_ready(j, j->v[i])) {
				run_job(j, j->v[i]);
				ran = true;
			}
			waiting |= !j->v[i]->done;
		}
		if (waiting && !ran)
			fetched = fetcher_wait(&j->fetcher, fetched);
	}
	return 0;
}

void jobs_done(struct jobs *j)
{
	fetcher_done(&j->fetcher);
	free(j->v);
}
