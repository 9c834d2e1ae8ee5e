// SPDX-License-Identifier: Apache-2.0
/* inputs: everything that decides what a step makes, each by its name: one flat object of texts.
 * Its hash is the step's key, and two of them side by side tell why a layer is made again. */
#pragma once

#include "image/plan.h"

/* `below` are the steps under it.  The result is the caller's. */
json_t *inputs_of_step(const struct plan_inputs *in, const struct step *s, const struct step *below,
                       size_t nbelow);
/* The same of what an image is beside its layers: how it runs, and what it is called. */
json_t *inputs_of_image(const struct image_spec *image);

/* A step's inputs again, every file of a folder by its name; NULL when it has none yet. */
json_t *inputs_of_planned(const struct step *s);

/* What differs: a list of {"input", "old"?, "new"?}; what only one has lacks the other's part. */
json_t *inputs_changed(const json_t *old, const json_t *now);
