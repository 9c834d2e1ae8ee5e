// SPDX-License-Identifier: Apache-2.0
/* mirror: what a build fetches, brought into a folder as sha256/HEX: the form that --mirror asks
 * for first. */
#pragma once

#include "build/fetcher.h"

struct mirrored {
	size_t files, copied; /* all of them, and those that were not there yet */
	uint64_t bytes;       /* of all */
};

/* Runs the fetcher's errands and copies what they brought; each file is hashed in the folder,
 * whether it was there or is new, and has its name only when it is whole.  No hard links: damage to
 * the one would be damage to the other.  (The kernel shares the blocks where it can.)
 * -1: the first errand or copy that failed; the others are done. */
int mirror_write(struct fetcher *f, const char *dir, struct mirrored *ret, struct err *e);
