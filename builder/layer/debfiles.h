// SPDX-License-Identifier: Apache-2.0
/* debfiles: a few files out of many packages, in memory: what generated files are made from. */
#pragma once

#include "source/apt.h"

struct debfile {
	const char *name; /* as in the image: after the merge of /usr */
	const char *bytes;
	size_t n;
};

struct debfiles {
	struct debfile *v; /* sorted by name */
	size_t n, cap;
	struct arena arena;
};

/* Every regular file of the sets whose name matches one of the fnmatch(3) patterns (FNM_PATHNAME);
 * of two of a name the later set's counts.  Only packages that list such a file are unpacked. */
int debfiles_read(struct debfiles *ret, struct store *s, const struct package_set *sets,
                  size_t nsets, const char *const *patterns, size_t npatterns, struct err *e);
/* NULL: no package has it. */
const struct debfile *debfiles_find(const struct debfiles *f, const char *name);
void debfiles_done(struct debfiles *f);
