// SPDX-License-Identifier: Apache-2.0
/* layer: entries -> one deterministic layer in the store: blob, diffID and index of paths.  Missing
 * parents are put first (0755, 0:0), no path comes twice, hard links point backwards. */
#pragma once

#include "layer/pack.h"
#include "source/stream.h"
#include "store/paths.h"

struct layer {
	struct packed packed;
	int64_t newest; /* the newest time of its entries */
};

struct layer_writer;

int layer_open(struct store *s, unsigned threads, struct layer_writer **ret, struct err *e);
/* Adds one entry; contents of a file are read from `body` (exactly entry.size bytes).  A directory
 * that is already there is left as it is when the two agree, and ERR_VERIFY otherwise, as is every
 * other second use of a path. */
typedef int layer_body(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e);
int layer_add(struct layer_writer *w, const struct entry *x, layer_body *body, void *ctx,
              struct err *e);
/* A file whose contents are in memory. */
int layer_add_bytes(struct layer_writer *w, const char *name, uint32_t mode, const void *p,
                    size_t n, struct err *e);
int layer_add_dir(struct layer_writer *w, const char *name, uint32_t mode, struct err *e);
int layer_add_symlink(struct layer_writer *w, const char *name, const char *target, struct err *e);
/* What is at this path already, or NULL; valid until the next entry. */
const struct path *layer_find(const struct layer_writer *w, const char *name);
bool layer_has(const struct layer_writer *w, const char *name);
/* Ends the tar, keeps blob and index of paths in the store. */
int layer_close(struct layer_writer *w, struct layer *ret, struct err *e);
void layer_free(struct layer_writer *w);
AUTO_DEFINE(layer, struct layer_writer *, NULL, layer_free)
