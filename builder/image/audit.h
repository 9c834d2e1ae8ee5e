// SPDX-License-Identifier: Apache-2.0
/* audit: every byte of images, or of the whole store, held against the names and sizes it goes by.
 * Damages are collected, not stopped at. */
#pragma once

#include "image/view.h"
#include "store/index.h"

struct damage {
	const char *what; /* and where */
	const char *mend; /* what to do about it */
};

/* A blob that was read already, for images share them; diff_id unset: a document. */
struct audited {
	struct digest blob, diff_id;
};

struct audit {
	struct store *store; /* borrowed */
	struct damage *v;    /* owned; the texts live in the arena */
	size_t n;
	size_t nimages, nobjects; /* looked at */
	uint64_t bytes;           /* of blobs and payloads */
	struct audited *seen;     /* owned */
	size_t nseen;
	struct arena arena;
};

/* Manifest, configuration, each layer's blob, diffID and index of paths against what is in it. */
void audit_image(struct audit *a, const struct index_image *x);
/* The layout's own documents, all images of the index, then whatever else lies in the areas. */
void audit_store(struct audit *a);
/* What lies in the areas, each thing by itself; those read already are left out. */
void audit_objects(struct audit *a);
/* One damage more: what `e` says; its kind does not matter. */
void audit_add(struct audit *a, const struct err *e);
void audit_done(struct audit *a);
