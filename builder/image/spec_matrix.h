// SPDX-License-Identifier: Apache-2.0
/* spec_matrix: one definition that serves several versions: a row each, with tags and variables of
 * its own. */
#pragma once

#include "image/spec.h"

struct row {
	struct vars vars;  /* its own; further out the image's, --set's between those and these */
	struct texts tags; /* empty: the image has no matrix, and this is all of it */
	const char *at;    /* "matrix[1]" */
};

struct rows {
	struct row *v;
	size_t n;          /* 0 when that was complained of */
	struct vars image; /* what the definition sets for all rows: below --set */
};

extern const struct keys spec_row_object;

/* The rows of an image.json; `r` reads with the variables of --set alone.  Everything lives in the
 * reader's arena, and *ret must not move.  What is wrong is complained of. */
void spec_rows(const struct reader *r, const json_t *image, struct rows *ret);
/* Is the row one of those `only` names?  `at` is its place. */
bool spec_row_in(const struct reader *r, const struct rows *rows, const struct row *row,
                 const struct texts *only, const char *at);
