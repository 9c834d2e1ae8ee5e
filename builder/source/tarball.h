// SPDX-License-Identifier: Apache-2.0
/* tarball: a strict reader of tar (POSIX.1-2017 pax, ustar, and the GNU long names of real
 * archives).  What readers could disagree about, and what an archive of files has no use for, is
 * refused with the entry's name: ERR_VERIFY. */
#pragma once

#include "source/stream.h"
#include "store/entry.h"

struct tarball;

struct tarball_rules {
	bool debian;        /* setuid and setgid allowed, and kept on folders */
	uint64_t max_bytes; /* unpacked; 0: 64 GiB */
};

/* Owns `s` from now on. */
struct tarball *tarball_open(struct stream *s, const struct tarball_rules *rules);
/* 1: *ret is the next entry, its strings valid until the next call; contents not read are skipped.
 * 0: the verified end.  -1: refused. */
int tarball_next(struct tarball *t, struct entry *ret, struct err *e);
/* Contents of the entry; *ret_n 0 is its end. */
int tarball_read(struct tarball *t, void *buf, size_t cap, size_t *ret_n, struct err *e);
void tarball_free(struct tarball *t);
AUTO_DEFINE(tarball, struct tarball *, NULL, tarball_free)
