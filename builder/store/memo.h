// SPDX-License-Identifier: Apache-2.0
/* memo: what a step with this key made last time; a hint, never trusted beyond what it names. */
#pragma once

#include "store/store.h"

/* *ret is NULL (and 0 returned) when nothing is known or what is there cannot be read. */
int memo_get(struct store *s, const struct digest *key, json_t **ret);
/* Nothing, for a store that is only looked at. */
int memo_put(struct store *s, const struct digest *key, const json_t *value, struct err *e);
