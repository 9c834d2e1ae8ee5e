// SPDX-License-Identifier: Apache-2.0
/* gzip: one piece of a tar -> one gzip member (RFC 1952: no name, no time, OS 255).  The piece's
 * own bytes choose the level, so the result depends on nothing else but the library's version. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct gzip;

/* One compressor a thread. */
struct gzip *gzip_new(void);
void gzip_free(struct gzip *g);
AUTO_DEFINE(gzip, struct gzip *, NULL, gzip_free)

/* The most bytes a piece of n bytes can become. */
size_t gzip_bound(size_t n);
/* Returns the member's length; `out` has room for gzip_bound(n). */
size_t gzip_piece(struct gzip *g, const void *piece, size_t n, void *out);
