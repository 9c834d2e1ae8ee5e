// SPDX-License-Identifier: Apache-2.0
/* past: what images were made of last time, kept in the memo, so that it can be said why a layer is
 * made again.  It decides nothing. */
#pragma once

#include "image/plan.h"
#include "store/store.h"

/* After a step's layer was made, and after an image was. */
int past_put_step(struct store *s, const struct step *step, struct err *e);
int past_put_image(struct store *s, const struct image_plan *p, struct err *e);

/* An image as it was last time: {"platform", "image": its inputs, "layers": [[label, key]]}; that
 * of another platform when there is none of this one.  NULL: never built here, or forgotten. */
json_t *past_image(struct store *s, const struct image_plan *p);
/* Why the layer of step i is not there: {"because": words, "changes": a list as inputs_changed
 * makes it}.  `past` as above. */
json_t *past_why(struct store *s, const json_t *past, const struct image_plan *p, size_t i);
