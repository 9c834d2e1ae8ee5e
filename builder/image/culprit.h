// SPDX-License-Identifier: Apache-2.0
/* culprit: what makes two builds of one image differ: each layer whose bytes do, the first entry in
 * it, and why that may be. */
#pragma once

#include "image/view.h"

/* Appends to `ret`, a list, {"layer"?, "by"?, "what", "why"} for each difference found.  `profile`
 * is the one the lock of `was` names; NULL: none. */
int culprit_find(const struct view *was, const struct view *is, const char *profile, json_t *ret,
                 struct err *e);
