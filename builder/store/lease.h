// SPDX-License-Identifier: Apache-2.0
/* lease: one build at a time works on a step; others that need it wait and find it done.  The lock
 * is the kernel's: whoever is killed holds it no longer. */
#pragma once

#include "store/store.h"

struct lease {
	int dirfd; /* borrowed */
	int fd;    /* owned; -1 when empty */
	char name[32];
};
#define LEASE_NONE                                                                                 \
	(struct lease)                                                                             \
	{                                                                                          \
		.dirfd = -1, .fd = -1                                                              \
	}

/* Waits for whoever works on `key` now, and says for whom; `what` names the step for that.  Look
 * again afterwards whether there is still something to do. */
int lease_take(struct lease *l, struct store *s, const struct digest *key, const char *what,
               struct err *e);
void lease_done(struct lease *l);
