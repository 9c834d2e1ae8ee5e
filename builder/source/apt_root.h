// SPDX-License-Identifier: Apache-2.0
/* apt_root: a folder of the store in which the host's apt tools work as if it were the machine:
 * lists, caches, sources, preferences and the list of installed packages are all in there.  The
 * index files stay, so the next refresh only asks what changed. */
#pragma once

#include "source/apt.h"
#include "source/apt_host.h"

struct apt_root {
	const char *path; /* absolute */
	const char *env;  /* APT_CONFIG=… for whatever is run in it */
	int lock;         /* owned: held while one process works in it */
};
#define APT_ROOT_NONE                                                                              \
	(struct apt_root)                                                                          \
	{                                                                                          \
		.lock = -1                                                                         \
	}

/* Makes the folder when it is missing and waits until nobody else works in it. */
int apt_root_open(struct apt_root *r, struct store *s, const char *suite, const char *arch,
                  struct arena *a, struct err *e);
/* Writes configuration and sources anew from what the host lends. */
int apt_root_setup(const struct apt_root *r, const struct apt_host *h, const char *suite,
                   const char *const *components, const char *arch, struct err *e);
/* Runs one of apt's tools in it; what it complains of decides the kind of the error. */
int apt_root_run(const struct apt_root *r, const char *const *argv, struct buf *out, struct err *e);
void apt_root_done(struct apt_root *r);
