// SPDX-License-Identifier: Apache-2.0
/* apt_host: what this host lends to an isolated apt: mirror addresses of a suite with their keys,
 * proxy and credentials.  Nothing else of its configuration (no hook, pin or default release) and
 * nothing of its state gets through. */
#pragma once

#include "base/err.h"
#include "base/mem.h"

struct apt_source {
	const char *uri;     /* of the archive's root, with a "/" at its end */
	const char *release; /* "bookworm", "bookworm-updates", "bookworm-security" */
	const char *options; /* lines of a deb822 stanza: whose signature, and how it is checked */
};

struct apt_host {
	struct apt_source *v;
	size_t n;
	const char *conf; /* apt.conf lines: proxy, credentials, trusted keys */
};

/* Reads what the host's own apt makes of its configuration; strings live in `a`.  A host without a
 * source for the suite or its security updates is ERR_SPEC with a hint. */
int apt_host_read(const char *suite, const char *const *components, const char *arch,
                  struct arena *a, struct apt_host *ret, struct err *e);
