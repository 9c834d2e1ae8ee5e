// SPDX-License-Identifier: Apache-2.0
/* place: where an archive's entry goes in the image: include/exclude, strip, map, into. */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct place_map {
	const char *from, *to; /* a path or a folder with all below it */
};

struct place {
	unsigned strip;              /* leading components taken off first */
	const struct place_map *map; /* after strip: the longest match wins; to "" is the top */
	size_t nmap;
	const char *const *include, *const *exclude; /* fnmatch(3) patterns after strip; a match of
	                                                a folder takes what is below */
	size_t ninclude, nexclude;
	const char *into; /* without leading "/"; "" is the root */
};

/* 1: `ret` holds the new name; 0: left out (stripped away or excluded).  A map that exists makes
 * everything it does not name... stay where it is. */
int place_name(const struct place *p, const char *name, struct buf *ret);
