// SPDX-License-Identifier: Apache-2.0
/* jks: a Java key store of trusted certificates (the JDK's "JKS" format, version 2). */
#pragma once

#include <stdint.h>

#include "base/buf.h"

struct jks_cert {
	const char *alias; /* lower case, UTF-8 without NUL or anything past U+FFFF */
	const void *der;
	size_t n;
};

/* Appends the whole file: the certificates in their order, each dated `ms` (since 1970), sealed
 * with the password. */
void jks_write(struct buf *ret, const struct jks_cert *v, size_t n, int64_t ms,
               const char *password);
