// SPDX-License-Identifier: Apache-2.0
/* fetch: what every source needs to know to get a file: which mirrors stand in, may the network be
 * used, how much at once. */
#pragma once

#include "source/checksum.h"
#include "store/store.h"

struct fetch {
	struct store *store;
	const char *const *mirrors; /* --mirror DIR|URL, asked first */
	size_t nmirrors;
	bool offline;     /* no network; a mirror on disk is still asked */
	unsigned jobs;    /* threads for what takes a processor */
	unsigned fetches; /* files fetched at once */
};

/* A file under `want` from the mirrors, verified, into store->payloads: 1 found, 0 none has it,
 * -1 for what should stop a build (a full disk).  0 leaves ERR_VERIFY in `e` when one had other
 * bytes, else nothing.  A mirror is asked for sha256/HEX, then for each
 * of `at` (HOST/PATH of an address, or a pool path); size 0: not known. */
int fetch_from_mirrors(const struct fetch *f, const struct digest *want, uint64_t size,
                       const char *const *at, size_t nat, struct err *e);
/* The same for a file whose sha256 may not be known yet: `want` is filled in. */
int fetch_mirrored(const struct fetch *f, struct checksum *want, const char *const *at, size_t nat,
                   struct err *e);
/* Moves a finished download into store->payloads when its digest (and size, when not 0) is the one
 * wanted; otherwise -1, ERR_VERIFY naming both.  want unset: takes it as it is and fills it in.
 * fd stays the caller's; `path` has to be on the store's file system, and after -1 is still there.
 */
int fetch_adopt(const struct fetch *f, int fd, const char *path, struct digest *want,
                uint64_t *size, struct err *e);
/* The same for any checksum, the file being `name` in the folder `dirfd`. */
int fetch_adopt_at(const struct fetch *f, int fd, int dirfd, const char *name,
                   struct checksum *want, struct err *e);
/* Copies a local file into store->payloads.  1: done; 0: there is no such file; -1: *ret_ours says
 * whether it was the store's disk that failed, not the file that is wrong. */
int fetch_file(const struct fetch *f, const char *path, struct checksum *want, bool *ret_ours,
               struct err *e);
/* When that is what `e` is about: puts the store in front of it, and what to do about it. */
bool fetch_disk_full(const struct fetch *f, struct err *e);
