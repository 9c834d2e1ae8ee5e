// SPDX-License-Identifier: Apache-2.0
#include "build/fetcher.h"

#include <errno.h>
#include <string.h>

#include "base/stop.h"
#include "source/payload.h"
#include "store/lease.h"

#define THREADS_MAX 16

void fetcher_init(struct fetcher *f, const struct fetch *fetch, const char *dir)
{
	*f = (struct fetcher){.fetch = fetch, .dir = dir};
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->finished, NULL);
}

static struct errand *add(struct fetcher *f)
{
	struct errand *x = mem_alloc(1, sizeof *x);

	f->v = mem_grow(f->v, f->n + 1, sizeof(void *));
	f->v[f->n++] = x;
	return x;
}

struct errand *fetcher_add_payload(struct fetcher *f, const struct payload_spec *spec,
                                   const struct lock_payload *payload)
{
	struct errand *x;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i]->payload == payload)
			return f->v[i];
	x = add(f);
	x->spec = spec;
	x->payload = payload;
	return x;
}

struct errand *fetcher_add_set(struct fetcher *f, struct lock_set *set)
{
	struct errand *x;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i]->set == set)
			return f->v[i];
	x = add(f);
	x->set = set;
	return x;
}

static int bring_set(const struct fetcher *f, struct lock_set *set, struct err *e)
{
	AUTO_DONE(buf) struct buf gone = {0};

	if (apt_fetch(f->fetch, set->suite, &set->set, &gone, e) == 0)
		return 0;
	set->gone = gone.len > 0;
	snprintf(set->left, sizeof set->left, "%s", buf_str(&gone));
	if (set->gone)
		err_hint(e, "the mirror dropped %s: lili lock --update %s solves the list again",
		         set->left, set->name);
	return err_ctx(e, "packages %s", set->name);
}

static int bring_payload(const struct fetcher *f, const struct errand *x, struct err *e)
{
	struct payload p = resolve_payload(x->spec, f->dir, x->payload);
	AUTO_DONE(lease) struct lease lease = LEASE_NONE;
	struct store *s = f->fetch->store;

	if (!store_has(s->payloads, &p.sha256, NULL) &&
	    lease_take(&lease, s, &p.sha256, p.name, e) < 0)
		return -1;
	return payload_fetch(f->fetch, &p, false, e);
}

static int bring(const struct fetcher *f, struct errand *x)
{
	if (stop_check(&x->err) < 0)
		return -1;
	return x->set ? bring_set(f, x->set, &x->err) : bring_payload(f, x, &x->err);
}

static void *work(void *arg)
{
	struct fetcher *f = arg;

	pthread_mutex_lock(&f->lock);
	while (f->next < f->n) {
		struct errand *x = f->v[f->next++];
		int rc;

		pthread_mutex_unlock(&f->lock);
		rc = bring(f, x);
		pthread_mutex_lock(&f->lock);
		x->rc = rc;
		x->done = true;
		pthread_cond_broadcast(&f->finished);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

int fetcher_start(struct fetcher *f, struct err *e)
{
	unsigned want = f->fetch->fetches;

	if (want > THREADS_MAX)
		want = THREADS_MAX;
	f->threads = mem_alloc(want, sizeof *f->threads);
	while (f->nthreads < want && f->nthreads < f->n) {
		errno = pthread_create(&f->threads[f->nthreads], NULL, work, f);
		if (errno)
			return err_sys(e, "start a thread");
		f->nthreads++;
	}
	return 0;
}

void fetcher_finish(struct fetcher *f)
{
	while (f->nthreads)
		pthread_join(f->threads[--f->nthreads], NULL);
}

void fetcher_done(struct fetcher *f)
{
	pthread_mutex_lock(&f->lock);
	f->next = f->n;
	pthread_mutex_unlock(&f->lock);
	fetcher_finish(f);
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i]);
	free(f->v);
	free(f->threads);
	pthread_cond_destroy(&f->finished);
	pthread_mutex_destroy(&f->lock);
}
