// SPDX-License-Identifier: Apache-2.0
/* pack: a tar stream -> a gzip blob in the store, with its digest and diffID, in one pass and
 * bounded memory.  Pieces end where the contents say, never by thread: the first entry boundary
 * after 256 KiB, 1 MiB at the latest; each is a gzip member of its own. */
#pragma once

#include "store/store.h"

/* Names what decides the bytes of a blob: "gz-libdeflate1.14". */
extern const char pack_profile[];

struct packed {
	struct digest digest;  /* of the blob */
	struct digest diff_id; /* of the tar */
	uint64_t size, tar_size;
};

struct pack;

/* At most n pieces are compressed at once, whatever the number of packs; 0: no limit. */
void pack_limit(unsigned n);
/* What a pack of so many threads takes. */
size_t pack_memory(unsigned threads);

/* `threads` compress beside the caller; at least one, at most six. */
int pack_open(struct store *s, unsigned threads, struct pack **ret, struct err *e);
/* The next bytes of the tar. */
int pack_write(struct pack *p, const void *bytes, size_t n, struct err *e);
/* An entry begins with the next byte. */
int pack_boundary(struct pack *p, struct err *e);
/* Waits, syncs and gives the blob its name. */
int pack_close(struct pack *p, struct packed *ret, struct err *e);
void pack_free(struct pack *p);
AUTO_DEFINE(pack, struct pack *, NULL, pack_free)
