// SPDX-License-Identifier: Apache-2.0
#include "layer/jks.h"

#include <string.h>

#include "base/base.h"
#include "base/digest.h"

#define MAGIC 0xfeedfeedu
#define VERSION 2
#define TRUSTED 2
#define SHA1_SIZE 20

static void put_be(struct buf *b, uint64_t v, size_t bytes)
{
	uint8_t out[8];

	for (size_t i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	buf_put(b, out, bytes);
}

/* As java.io.DataOutput.writeUTF does for these. */
static void put_utf(struct buf *b, const char *s)
{
	put_be(b, strlen(s), 2);
	buf_add(b, s);
}

void jks_write(struct buf *ret, const struct jks_cert *v, size_t n, int64_t ms,
               const char *password)
{
	static const char whitener[] = "Mighty Aphrodite"; /* the format's own */
	AUTO_DONE(hash) struct hash h = {.kind = HASH_SHA1};
	size_t start = ret->len;
	uint8_t seal[SHA1_SIZE];

	put_be(ret, MAGIC, 4);
	put_be(ret, VERSION, 4);
	put_be(ret, n, 4);
	for (size_t i = 0; i < n; i++) {
		put_be(ret, TRUSTED, 4);
		put_utf(ret, v[i].alias);
		put_be(ret, (uint64_t)ms, 8);
		put_utf(ret, "X.509");
		put_be(ret, v[i].n, 4);
		buf_put(ret, v[i].der, v[i].n);
	}
	for (const char *p = password; *p; p++)
		hash_add(&h, (const char[]){0, *p}, 2); /* UTF-16 */
	hash_add(&h, whitener, strlen(whitener));
	hash_add(&h, ret->p + start, ret->len - start);
	hash_end(&h, seal);
	buf_put(ret, seal, sizeof seal);
}
