// SPDX-License-Identifier: Apache-2.0
/* cert: one X.509 certificate as the file formats of trust stores want it. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct cert {
	struct buf der;
	uint32_t subject_hash; /* names the file OpenSSL looks for: %08x.0 */
};

/* The first certificate of a PEM file; ERR_VERIFY when there is none. */
int cert_read_pem(struct cert *c, const void *pem, size_t n, struct err *e);
void cert_done(struct cert *c);
