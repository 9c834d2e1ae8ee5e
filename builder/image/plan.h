// SPDX-License-Identifier: Apache-2.0
/* plan: from definition, lock and observations to the list of steps, each with a key: the hash of
 * everything that decides what it makes.  Nothing is read or written here. */
#pragma once

#include "image/resolve.h"

/* What was seen of one layer's local files; empty for other layers. */
struct observation {
	struct digest digest;
	const char *path;  /* of the program */
	const char *files; /* of a folder: what observe_folder listed */
};

struct step {
	enum layer_kind kind;
	const struct layer_spec *layer; /* NULL: the system layer */
	struct digest key;              /* unset: the lock does not say yet what it is made of */
	const char *inputs;             /* what the key is the hash of; NULL: no key */
	const char *label;              /* for progress: "spark-3.5.9-pypi" */
	const char *created_by;         /* for history */

	const struct payload_spec *payload_spec;
	const struct lock_payload *payload;
	struct lock_set *set;
	const char *path;   /* of the folder or program */
	struct digest seen; /* its observation */
	const char *files;
	bool lowest;            /* no packages below */
	struct lock_set **sets; /* LAYER_SYSTEM: of all layers below, in order */
	size_t nsets;
};

struct image_plan {
	const struct image_spec *image;
	const struct platform *platform;
	struct step *v; /* from below up */
	size_t n;
};

struct plan_inputs {
	const struct image_spec *image;
	const struct platform *platform;
	const struct locked_layer *locked;  /* one a layer */
	const struct observation *observed; /* one a layer */
	const char *profile;
};

void plan_image(const struct plan_inputs *in, struct arena *a, struct image_plan *ret);
