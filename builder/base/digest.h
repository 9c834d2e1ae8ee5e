// SPDX-License-Identifier: Apache-2.0
/* digest: "sha256:<64 hex>" (OCI image-spec, descriptor.md), parsed, printed, computed, compared.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DIGEST_STR_MAX 72 /* "sha256:" + 64 + NUL */
#define DIGEST_HEX_MAX 65 /* 64 + NUL */

struct digest {
	uint8_t bytes[32];
};

/* Exact form only: upper case, spaces and other algorithms are ERR_SPEC. */
int digest_parse(struct digest *d, const char *s, struct err *e);
/* The 64 hex digits alone. */
int digest_parse_hex(struct digest *d, const char *s, struct err *e);
const char *digest_str(const struct digest *d, char buf[DIGEST_STR_MAX]);
/* The 64 hex digits alone, as files are named. */
const char *digest_hex(const struct digest *d, char buf[DIGEST_HEX_MAX]);
bool digest_eq(const struct digest *a, const struct digest *b);
bool digest_is_set(const struct digest *d); /* all zero means "not known" */

/* Reads the whole file; its offset does not move. */
int digest_fd(struct digest *d, int fd, struct err *e);
void digest_bytes(struct digest *d, const void *p, size_t n);

/* hash: a digest in the making.  An empty one starts itself at the first byte; hash_end leaves it
 * ready to start again.  Losing SHA-2 is losing OpenSSL: it aborts. */
enum hash_kind { HASH_SHA256, HASH_SHA512, HASH_SHA1 }; /* SHA-1 only where a format asks for it */
struct hash {
	enum hash_kind kind;
	bool started;
	void *ctx;
};

void hash_add(struct hash *h, const void *p, size_t n);
void hash_end(struct hash *h, uint8_t *ret); /* 32, 64 or 20 bytes */
void hash_done(struct hash *h);
