// SPDX-License-Identifier: Apache-2.0
/* near: what was probably meant by a word that is none of those known. */
#pragma once

#include <stddef.h>

/* `struct near n = {.word = word};`, then every known word; n.best is the nearest one so far, NULL
 * while none is within two slips (one, for words of up to three letters) of a letter too many, too
 * few, another or swapped with its neighbour. */
struct near {
	const char *word;
	const char *best;
	size_t slips; /* of best */
};
void near_try(struct near *n, const char *known);
