// SPDX-License-Identifier: Apache-2.0
#include "build/jobs.h"

#include "base/progress.h"
#include "base/stop.h"
#include "build/made.h"
#include "build/make.h"
#include "store/lease.h"

#define LAYERS_MOST 4
#define MEMORY_MOST ((size_t)768 << 20) /* for pieces of layers */
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
		x->reused = x->begun = x->done = made_get(j->store, &x->step->key, &x->layer);
		j->nbegun += x->begun;
		if (!x->done)
			add_errands(j, x);
		j->v = mem_grow(j->v, j->n + 1, sizeof(void *));
		j->v[j->n++] = x;
	}
	return mine;
}

/* With the lock held. */
static bool is_ready(const struct job *x)
{
	if (x->begun)
		return false;
	for (size_t i = 0; i < x->nerrands; i++)
		if (!x->errands[i]->done)
			return false;
	for (size_t i = 0; x->step->kind == LAYER_SYSTEM && i < x->nbelow; i++)
		if (!x->below[i]->done)
			return false;
	return true;
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

/* What is read for it; 0: not known. */
static uint64_t input_size(const struct step *s)
{
	uint64_t n = s->payload ? s->payload->size : 0;

	for (size_t i = 0; s->set && i < s->set->set.n; i++)
		n += s->set->set.v[i].size;
	return n;
}

static int run_job(struct jobs *j, struct job *x)
{
	AUTO(progress) struct progress *step = NULL;
	AUTO_DONE(lease) struct lease lease = LEASE_NONE;
	AUTO(str) char *what = mem_printf("layer %s", x->step->label);

	if (check_inputs(x) < 0 || stop_check(&x->err) < 0 ||
	    lease_take(&lease, j->store, &x->step->key, what, &x->err) < 0)
		return -1;
	/* Another build may have made it meanwhile. */
	x->reused = made_get(j->store, &x->step->key, &x->layer);
	if (x->reused)
		return 0;
	step = progress_begin(PROGRESS_LAYER, x->step->label, input_size(x->step));
	if (make_layer(j->store, j->threads, x, &x->err) < 0 ||
	    made_put(j->store, &x->step->key, &x->layer, &x->err) < 0 ||
	    past_put_step(j->store, x->step, &x->err) < 0)
		return -1;
	progress_end(take(&step), x->layer.packed.size);
	return 0;
}

static struct job *next_job(const struct jobs *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (is_ready(j->v[i]))
			return j->v[i];
	return NULL;
}

/* What one thread does until no job is left to begin. */
static void *work(void *arg)
{
	struct jobs *j = arg;
	struct fetcher *f = &j->fetcher;

	pthread_mutex_lock(&f->lock);
	while (j->nbegun < j->n) {
		struct job *x = next_job(j);
		int rc;

		if (!x) {
			pthread_cond_wait(&f->finished, &f->lock);
			continue;
		}
		x->begun = true;
		j->nbegun++;
		pthread_mutex_unlock(&f->lock);
		rc = run_job(j, x);
		pthread_mutex_lock(&f->lock);
		x->rc = rc;
		x->done = true;
		pthread_cond_broadcast(&f->finished);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* The layers that may be made at once: each takes memory for the pieces its threads work on. */
static unsigned side_by_side(const struct jobs *j)
{
	size_t most = MEMORY_MOST / pack_memory(j->threads), left = j->n - j->nbegun;

	if (most > LAYERS_MOST)
		most = LAYERS_MOST;
	if (most > j->threads)
		most = j->threads;
	if (most > left)
		most = left;
	return most ? (unsigned)most : 1;
}

int jobs_run(struct jobs *j, struct err *e)
{
	unsigned want = side_by_side(j), started = 0;
	pthread_t threads[LAYERS_MOST];

	pack_limit(j->threads);
	if (fetcher_start(&j->fetcher, e) < 0)
		return -1;
	while (started + 1 < want && pthread_create(&threads[started], NULL, work, j) == 0)
		started++;
	work(j);
	while (started)
		pthread_join(threads[--started], NULL);
	return 0;
}

void jobs_done(struct jobs *j)
{
	fetcher_done(&j->fetcher);
	free(j->v);
}
