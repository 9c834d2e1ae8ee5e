// SPDX-License-Identifier: Apache-2.0
/* document: one file of definitions: what it says, and where it says it. */
#pragma once

#include "base/json.h"
#include "image/spots.h"

struct document {
	struct page page;
	json_t *json; /* NULL: it is no JSON, which was complained of */
	struct spots spots;
};

/* Files, each read once. */
struct documents {
	struct document **v; /* owned */
	size_t n;
	struct complaints *complaints;
	struct arena *arena; /* borrowed, as what the documents' strings live in */
};
void documents_done(struct documents *d);

/* What is wrong with the file goes to the complaints, once.  Never NULL. */
const struct document *documents_get(struct documents *d, const char *file);

/* "images/spark/image.json:6:3", of the value at a path (spots.h); in the arena. */
const char *document_where(const struct document *d, const char *path, struct arena *a);
