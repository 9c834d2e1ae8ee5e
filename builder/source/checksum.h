// SPDX-License-Identifier: Apache-2.0
/* checksum: what a file's bytes have to be: sha256, the publisher's sha512, size; each may be not
 * known. */
#pragma once

#include "base/digest.h"

struct checksum {
	struct digest sha256; /* unset: not known */
	bool has_sha512;
	uint8_t sha512[64];
	uint64_t size; /* 0: not known */
};

/* Reads the whole file from the disk (its offset does not move) and compares it with everything
 * that is known: other bytes are ERR_VERIFY naming both.  Then sha256 and size are filled in. */
int checksum_fd(struct checksum *c, int fd, struct err *e);
/* A size that was announced, before any byte is read. */
int checksum_size(const struct checksum *c, uint64_t size, struct err *e);
/* Is there anything that vouches for the bytes? */
bool checksum_is_set(const struct checksum *c);
