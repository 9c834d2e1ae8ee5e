// SPDX-License-Identifier: Apache-2.0
/* apt: Debian packages of a named suite, resolved by the host's apt in a root of its own (nothing
 * on the host is changed; none of its hooks run, but for the program it may name to find its proxy;
 * any user may), then fetched by digest. */
#pragma once

#include "base/mem.h"
#include "source/fetch.h"

struct package {
	const char *name, *version, *arch;
	const char *path;    /* pool/main/o/openjdk-17/….deb, below the archive's root */
	const char *archive; /* which archive of the suite: "" (and -updates) or "security" */
	uint64_t size;
	struct digest sha256;
};

struct package_set {
	struct package *v;
	size_t n;
};

struct apt_request {
	const char *suite;               /* "bookworm": with its -updates and -security */
	const char *const *components;   /* NULL-ended; NULL: main */
	const char *const *install;      /* NULL-ended package names */
	const char *arch;                /* Debian's: "amd64" */
	const struct package_set *below; /* package sets of lower layers count as installed */
	size_t nbelow;
};

/* What has to be added to the sets below, sorted by name; strings live in `a`. */
int apt_resolve(const struct fetch *f, const struct apt_request *q, struct arena *a,
                struct package_set *ret, struct err *e);
/* Every package of the set into store->payloads, side by side.  ret_gone gets the locked
 * versions that are no longer on the mirror ("lib 1.2, nice 1.0"; -1, ERR_NET); the caller may
 * resolve again. */
int apt_fetch(const struct fetch *f, const char *suite, const struct package_set *set,
              struct buf *ret_gone, struct err *e);
