// SPDX-License-Identifier: Apache-2.0
/* assemble: finished layers -> an image in the store: checked against each other, with its
 * configuration, manifest and references. */
#pragma once

#include "build/jobs.h"

struct assembled {
	struct digest manifest;
	uint64_t size; /* of the layers as they are stored */
	size_t nlayers, nreused;
};

/* `jobs` are the image's, all done well, from below up.  ERR_VERIFY when a layer contradicts those
 * below it and its definition does not say that it may. */
int assemble_image(struct store *s, const struct image_plan *p, struct job *const *jobs,
                   struct assembled *ret, struct err *e);
