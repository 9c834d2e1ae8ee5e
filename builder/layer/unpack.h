// SPDX-License-Identifier: Apache-2.0
/* unpack: a layer's blob in the store, read again entry by entry: what pack and layer wrote.  Its
 * end is verified: the blob's digest, every checksum in it, nothing behind it. */
#pragma once

#include "source/tarball.h"
#include "store/store.h"

struct unpack;

int unpack_open(struct store *s, const struct digest *blob, struct unpack **ret, struct err *e);
/* As tarball_next and tarball_read. */
int unpack_next(struct unpack *u, struct entry *ret, struct err *e);
int unpack_read(struct unpack *u, void *buf, size_t cap, size_t *ret_n, struct err *e);
/* The sha256 of the tar; only after unpack_next said 0. */
void unpack_diff_id(struct unpack *u, struct digest *ret);
void unpack_free(struct unpack *u);
AUTO_DEFINE(unpack, struct unpack *, NULL, unpack_free)
