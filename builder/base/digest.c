// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

static const char hexdigits[] = "0123456789abcdef";

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int digest_parse_hex(struct digest *d, const char *s, struct err *e)
{
	struct digest got;
	const char *p = s;

	if (strlen(s) != 64)
		return err_set(e, ERR_SPEC, "'%.80s' is not 64 hex digits", s);
	for (size_t i = 0; i < sizeof got.bytes; i++, p += 2) {
		int hi = hex(p[0]), lo = hex(p[1]);

		if (hi < 0 || lo < 0)
			return err_set(e, ERR_SPEC, "'%s' is not lower-case hex", s);
		got.bytes[i] = (uint8_t)(hi << 4 | lo);
	}
	*d = got;
	return 0;
}

int digest_parse(struct digest *d, const char *s, struct err *e)
{
	if (strncmp(s, "sha256:", 7) != 0 || strlen(s) != 7 + 64)
		return err_set(e, ERR_SPEC, "'%.80s' is not sha256:<64 hex digits>", s);
	return digest_parse_hex(d, s + 7, e);
}

const char *digest_hex(const struct digest *d, char buf[DIGEST_HEX_MAX])
{
	char *p = buf;

	for (size_t i = 0; i < sizeof d->bytes; i++) {
		*p++ = hexdigits[d->bytes[i] >> 4];
		*p++ = hexdigits[d->bytes[i] & 15];
	}
	*p = '\0';
	return buf;
}

const char *digest_str(const struct digest *d, char buf[DIGEST_STR_MAX])
{
	digest_hex(d, stpcpy(buf, "sha256:"));
	return buf;
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool digest_is_set(const struct digest *d)
{
	static const struct digest none;

	return !digest_eq(d, &none);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
	if (!h->ctx)
		h->ctx = EVP_MD_CTX_new();
	if (!h->started) {
		const EVP_MD *md = h->kind == HASH_SHA512 ? EVP_sha512()
		                   : h->kind == HASH_SHA1 ? EVP_sha1()
		                                          : EVP_sha256();

		if (!h->ctx || !EVP_DigestInit_ex(h->ctx, md, NULL))
			abort();
		h->started = true;
	}
	if (!EVP_DigestUpdate(h->ctx, p, n))
		abort();
}

void hash_end(struct hash *h, uint8_t *ret)
{
	hash_add(h, "", 0);
	if (!EVP_DigestFinal_ex(h->ctx, ret, NULL))
		abort();
	h->started = false;
}

void hash_done(struct hash *h)
{
	EVP_MD_CTX_free(h->ctx);
	*h = (struct hash){.kind = h->kind};
}

void digest_bytes(struct digest *d, const void *p, size_t n)
{
	AUTO_DONE(hash) struct hash h = {0};

	hash_add(&h, p, n);
	hash_end(&h, d->bytes);
}

int digest_fd(struct digest *d, int fd, struct err *e)
{
	AUTO_DONE(hash) struct hash h = {0};
	static _Thread_local char buf[1 << 18];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buf, sizeof buf, at)) > 0) {
		hash_add(&h, buf, (size_t)n);
		at += n;
	}
	if (n < 0)
		return err_sys(e, "reading to digest");
	hash_end(&h, d->bytes);
	return 0;
}
