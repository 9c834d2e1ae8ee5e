// SPDX-License-Identifier: Apache-2.0
/* make: one layer from what is in the store and in the definition's folders. */
#pragma once

#include "build/jobs.h"

/* Fills in x->layer. */
int make_layer(struct store *s, unsigned threads, struct job *x, struct err *e);
