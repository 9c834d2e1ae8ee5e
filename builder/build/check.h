// SPDX-License-Identifier: Apache-2.0
/* check: do the layers of an image contradict each other?  Asked once; the memo knows the answer
 * for the same layers. */
#pragma once

#include "build/jobs.h"

int check_layers(struct store *s, const struct image_plan *p, struct job *const *jobs,
                 struct err *e);
