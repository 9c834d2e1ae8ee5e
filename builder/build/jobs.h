// SPDX-License-Identifier: Apache-2.0
/* jobs: the layers that the images of one run need, each once, taken from the memo or made as what
 * they are made of arrives. */
#pragma once

#include "build/fetcher.h"

struct job {
	const struct step *step;
	const struct platform *platform;
	const struct image_spec *image; /* the first that needs it */
	struct job **below;             /* the layers under it in that image, in order */
	size_t nbelow;
	struct errand **errands; /* what it is made of; empty when it is there */
	size_t nerrands;
	bool reused, begun, done;
	int rc; /* -1: err says why */
	struct err err;
	struct layer layer;
};

struct jobs {
	struct store *store;
	struct fetcher fetcher;
	unsigned threads; /* layers at once, and pieces that are compressed at once */
	size_t nbegun;    /* under the fetcher's lock, as what changes in the jobs is */
	struct job **v;   /* in an order in which each stands behind those below it */
	size_t n;
	struct arena *arena; /* borrowed; the jobs live there */
};

void jobs_init(struct jobs *j, const struct fetch *fetch, const char *dir, struct arena *a);
/* The jobs of the image's steps, from below up; they live in the arena. */
struct job **jobs_add(struct jobs *j, const struct image_plan *p);
/* Makes all that can be made; what fails is said in its job. */
int jobs_run(struct jobs *j, struct err *e);
void jobs_done(struct jobs *j);
