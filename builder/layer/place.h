// SPDX-License-Identifier: Apache-2.0
/* place: where an archive's entry goes in the image: strip, include and exclude, map, into. */
#pragma once

#include "base/buf.h"

struct place_map {
	const char *from, *to; /* a path, or a folder with all below it */
};

struct place {
	unsigned strip; /* leading components taken off first */
	/* After strip, fnmatch(3) patterns ("*" crosses no "/"); a match takes what is below it
	 * too. With `include`, only what matches one stays; then what matches an `exclude` goes. */
	const char *const *include, *const *exclude;
	size_t ninclude, nexclude;
	/* Then the longest `from` that is the name or a folder above it becomes `to` ("" is the
	 * top); what no `from` matches stays where it is. */
	const struct place_map *map;
	size_t nmap;
	const char *into; /* without leading "/"; "" or NULL is the root */
};

/* 1: *ret holds the new name.  0: left out. */
int place_name(const struct place *p, const char *name, struct buf *ret);
