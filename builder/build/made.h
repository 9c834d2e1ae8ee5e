// SPDX-License-Identifier: Apache-2.0
/* made: what a step's key made last time, from the memo. */
#pragma once

#include "layer/layer.h"

/* Is the layer of this key in the store, whole as far as a stat can tell? */
bool made_get(struct store *s, const struct digest *key, struct layer *ret);
/* Is a memo one of a layer?  Then which; whether that is there is not asked. */
bool made_parse(const json_t *memo, struct layer *ret);
int made_put(struct store *s, const struct digest *key, const struct layer *layer, struct err *e);
