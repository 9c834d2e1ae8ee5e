// SPDX-License-Identifier: Apache-2.0
/* payload: one upstream file: a digest with one or more addresses, tried in order:
 * https://…, pypi:NAME==VERSION, file:PATH.  It lands in store->payloads under its digest. */
#pragma once

#include "source/fetch.h"

struct payload {
	const char *name; /* as in payloads.json */
	const char *const *address;
	size_t naddress;
	const char *dir;      /* what file:PATH is relative to */
	struct digest sha256; /* unset: not pinned yet */
	bool has_sha512;      /* the publisher's own sum; checked beside sha256 or instead of it */
	uint8_t sha512[64];
	uint64_t size; /* 0: not known yet */
};

/* Already in the store, else from a mirror, else from its addresses in order.  Fills in sha256 and
 * size where they were not known (a sha512 or a lock must vouch for it: a payload with neither
 * digest is ERR_SPEC unless `trust_first` says this is `lili lock`). */
int payload_fetch(const struct fetch *f, struct payload *p, bool trust_first, struct err *e);
