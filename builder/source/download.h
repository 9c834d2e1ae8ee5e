// SPDX-License-Identifier: Apache-2.0
/* download: one http(s) address -> a verified payload.  What came of an unfinished download stays
 * in payloads/ under the address's hash, for the next run; two builds wait for each other. */
#pragma once

#include "source/fetch.h"

/* *ret_status is the server's last answer, 0 when there was none.  ERR_SYS: our disk; ERR_VERIFY:
 * other bytes than wanted (they are removed); everything else ERR_NET. */
int download_url(const struct fetch *f, const char *url, struct checksum *want, long *ret_status,
                 struct err *e);
