// SPDX-License-Identifier: Apache-2.0
/* run: carries a build out, from definitions to images in the store. */
#pragma once

#include "build/assemble.h"
#include "build/mirror.h"
#include "image/resolve.h"

struct run {
	const char *dir; /* the folder that holds images/ and out/ */
	const struct spec *spec;
	struct resolve *resolve; /* with the lock it fills and writes */
	const struct fetch *fetch;
	struct arena *arena;
	struct buf *changes; /* gets what changed in the lock; NULL: it is said */
};

struct run_image {
	const struct image_spec *image;
	int rc; /* -1: err says why there is no image */
	struct err err;
	struct assembled made;
};

/* *ret has one element an image of the spec, in its order, and lives in the arena; an image that
 * fails does not stop the others.  -1: nothing could be tried. */
int run_build(struct run *r, struct run_image **ret, struct err *e);
/* The lock's part alone. */
int run_lock(struct run *r, struct err *e);
/* What run_build would do now, as forecast.h describes it; *ret is the caller's.  Nothing is
 * written and nobody is asked when the resolve and the store only look.  -1: some image cannot be
 * planned. */
int run_plan(struct run *r, json_t **ret, struct err *e);
/* Tells of each layer that a build would now take from the store.  An image that cannot be planned
 * yet is warned of and has none. */
typedef void run_use(void *ctx, const struct image_spec *image, const struct step *step,
                     const struct layer *layer);
void run_reused(struct run *r, run_use *use, void *ctx);
/* Every file that the lock names for these images, into the folder `dir`, where --mirror finds it.
 * What can be had is there after -1 too. */
int run_mirror(struct run *r, const char *dir, struct mirrored *ret, struct err *e);
