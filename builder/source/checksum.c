// SPDX-License-Identifier: Apache-2.0
#include "source/checksum.h"

#include <string.h>
#include <sys/stat.h>

#include "base/base.h"

bool checksum_is_set(const struct checksum *c)
{
	return c->has_sha512 || digest_is_set(&c->sha256);
}

int checksum_size(const struct checksum *c, uint64_t size, struct err *e)
{
	if (!c->size || c->size == size)
		return 0;
	return err_set(e, ERR_VERIFY, "want %llu bytes, got %llu", (unsigned long long)c->size,
	               (unsigned long long)size);
}

static int sum_fd(int fd, struct hash *sha256, struct hash *sha512, struct err *e)
{
	static _Thread_local char bytes[1 << 18];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, bytes, sizeof bytes, at)) > 0) {
		hash_add(sha256, bytes, (size_t)n);
		if (sha512)
			hash_add(sha512, bytes, (size_t)n);
		at += n;
	}
	return n < 0 ? err_sys(e, "read it back") : 0;
}

/* "sha512:" and enough digits to tell two apart by eye. */
static const char *sha512_short(const uint8_t sum[64], char ret[40])
{
	snprintf(ret, 40, "sha512:%02x%02x%02x%02x%02x%02x%02x%02x...", sum[0], sum[1], sum[2],
	         sum[3], sum[4], sum[5], sum[6], sum[7]);
	return ret;
}

int checksum_fd(struct checksum *c, int fd, struct err *e)
{
	AUTO_DONE(hash) struct hash sha256 = {0}, sha512 = {.kind = HASH_SHA512};
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];
	struct digest got;
	uint8_t got512[64];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat");
	if (checksum_size(c, (uint64_t)st.st_size, e) < 0 ||
	    sum_fd(fd, &sha256, c->has_sha512 ? &sha512 : NULL, e) < 0)
		return -1;
	hash_end(&sha256, got.bytes);
	if (digest_is_set(&c->sha256) && !digest_eq(&got, &c->sha256))
		return err_set(e, ERR_VERIFY, "want %s, got %s (%llu bytes)",
		               digest_str(&c->sha256, want), digest_str(&got, have),
		               (unsigned long long)st.st_size);
	hash_end(&sha512, got512);
	if (c->has_sha512 && memcmp(got512, c->sha512, sizeof got512) != 0)
		return err_set(e, ERR_VERIFY, "want %s, got %s (%llu bytes)",
		               sha512_short(c->sha512, want), sha512_short(got512, have),
		               (unsigned long long)st.st_size);
	c->sha256 = got;
	c->size = (uint64_t)st.st_size;
	return 0;
}
