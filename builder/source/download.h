// SPDX-License-Identifier: Apache-2.0
/* download: one http(s) address -> a verified payload.  What came of an unfinished download stays
 * in payloads/ under the address's hash, for the next run; two builds wait for each other. */
#pragma once

#include "source/fetch.h"

struct download {
	const char *url;
	bool hasty;  /* a mirror: others have it too, so it is not waited for */
	long status; /* result: the server's last answer, 0 when there was none */
	bool dead;   /* result: its server is out of reach, and is not asked again in this run */
	bool first;  /* result: and that is news */
};

/* ERR_SYS: our disk; ERR_VERIFY: other bytes than wanted (they are removed); everything else
 * ERR_NET. */
int download_url(const struct fetch *f, struct download *d, struct checksum *want, struct err *e);
