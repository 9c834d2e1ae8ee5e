// SPDX-License-Identifier: Apache-2.0
/* scratch: a folder below the store's tmp/ for a client that wants to write files (pip, apt); gone
 * when its owner is done, and swept by the next one when its owner was killed. */
#pragma once

#include "base/base.h"
#include "store/store.h"

struct scratch {
	char *path; /* owned, absolute unless the store's path is not */
	int fd;     /* of the folder; holds the lock that says somebody uses it */
};
#define SCRATCH_NONE                                                                               \
	(struct scratch)                                                                           \
	{                                                                                          \
		NULL, -1                                                                           \
	}

int scratch_make(struct store *s, struct scratch *ret, struct err *e);
void scratch_done(struct scratch *s);
