// SPDX-License-Identifier: Apache-2.0
/* fetcher: payloads and package sets brought into the store side by side, while layers are made of
 * those that are there already. */
#pragma once

#include <pthread.h>

#include "image/plan.h"

struct errand {
	const struct payload_spec *spec; /* of a payload; NULL: a package set */
	const struct lock_payload *payload;
	struct lock_set *set; /* its `gone` is filled in */
	bool done;            /* whether well or not */
	int rc;
	struct err err;
};

struct fetcher {
	const struct fetch *fetch;
	const char *dir;   /* what file: addresses are relative to */
	struct errand **v; /* owned, as are the errands */
	size_t n, next;
	pthread_t *threads;
	unsigned nthreads;
	pthread_mutex_t lock;    /* over the errands' `done` and `rc`, and the jobs' */
	pthread_cond_t finished; /* an errand, or a job */
};

void fetcher_init(struct fetcher *f, const struct fetch *fetch, const char *dir);
/* Each what is to be fetched once, however often it is asked for; before fetcher_start. */
struct errand *fetcher_add_payload(struct fetcher *f, const struct payload_spec *spec,
                                   const struct lock_payload *payload);
struct errand *fetcher_add_set(struct fetcher *f, struct lock_set *set);
/* Threads, fetch->fetches at most, take the errands in the order they were added. */
int fetcher_start(struct fetcher *f, struct err *e);
/* Waits until all errands are done. */
void fetcher_finish(struct fetcher *f);
/* Waits for the errands under way; those not begun are not run. */
void fetcher_done(struct fetcher *f);
