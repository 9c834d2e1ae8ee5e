// SPDX-License-Identifier: Apache-2.0
/* needed: what of a store somebody needs, and who: the images in it, the lock, the next build. */
#pragma once

#include "build/run.h"
#include "store/stock.h"

struct need {
	enum stock_area area;
	struct digest digest;
	const char *by; /* the first who said so */
	bool build;     /* it is no image yet, but the next build of one */
	size_t others;  /* of the same sort */
};

struct needed {
	struct need *v; /* owned; sorted once something was looked up */
	size_t n, cap;
	bool sorted;
	struct arena arena;
};

/* All images of the index: blobs and indexes of paths.  An image that cannot be read is an error:
 * what it needs is not known. */
int needed_by_images(struct needed *n, struct store *s, struct err *e);
/* The payloads and packages of all platforms of a lock file; one that is not there needs none. */
int needed_by_lock(struct needed *n, const char *dir, struct err *e);
/* The layers that a build of these definitions would find, and their memos. */
void needed_by_build(struct needed *n, struct run *r);
/* NULL: nobody needs it.  The memo of a layer is needed as long as the layer is. */
const struct need *needed_find(struct needed *n, struct store *s, const struct stock_item *x);
void needed_done(struct needed *n);
