// SPDX-License-Identifier: Apache-2.0
/* spots: where in a page of JSON each value stands, which the parser forgets. */
#pragma once

#include "image/complaints.h"

#define SPOT_NONE ((size_t)-1)

/* Bytes of the page, ends excluded.  An element of a list has no key: its key is its value. */
struct spot {
	size_t parent; /* in the list of spots; SPOT_NONE: the top */
	size_t index;  /* in the parent's list; SPOT_NONE: it has a key */
	size_t key, key_end, at, end;
};

struct spots {
	struct spot *v; /* owned; parents before what is in them */
	size_t n;
};

/* Reads the page, whose comments are blanks in `text`.  -1: it is no JSON, and c has what and
 * where; keys given twice are complained of without that. */
int spots_scan(struct spots *p, const struct page *page, const char *text, struct complaints *c);
/* The value at a path as "layers[2].packages.suite"; when the page has none there, the nearest
 * around it.  "" is the top. */
const struct spot *spots_find(const struct spots *p, const struct page *page, const char *path);
void spots_done(struct spots *p);
