// SPDX-License-Identifier: Apache-2.0
/* definitions: what a command that works on images/ needs, opened in one go. */
#pragma once

#include "build/run.h"
#include "cmd/cmd.h"

struct definitions {
	struct arena arena;
	struct vars vars;
	struct spec spec;
	struct lock lock;
	struct store store;
	struct fetch fetch;
	struct resolve resolve;
	struct run run; /* points into the others: the whole must not move */
};
#define DEFINITIONS_NONE                                                                           \
	(struct definitions)                                                                       \
	{                                                                                          \
		.store = STORE_NONE                                                                \
	}

/* Reads the definitions of the images named (all when there are none), the lock, and opens the
 * store. */
int definitions_open(struct definitions *d, const struct common *c, char *const *names, size_t n,
                     struct err *e);
void definitions_done(struct definitions *d);
