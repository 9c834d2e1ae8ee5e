// SPDX-License-Identifier: Apache-2.0
#include "source/tarhead.h"

#include <string.h>

struct field {
	const char *what;
	unsigned at, len;
};

static const struct field f_mode = {"mode", 100, 8}, f_uid = {"uid", 108, 8},
			  f_gid = {"gid", 116, 8}, f_size = {"size", 124, 12},
			  f_mtime = {"mtime", 136, 12}, f_sum = {"checksum", 148, 8};

bool tarhead_is_zero(const uint8_t block[TAR_BLOCK])
{
	static const uint8_t zero[TAR_BLOCK];

	return memcmp(block, zero, TAR_BLOCK) == 0;
}

/* Blanks, octal digits, then NULs and blanks only. */
static int octal(const uint8_t *block, const struct field *f, uint64_t *ret, struct err *e)
{
	const uint8_t *p = block + f->at, *end = p + f->len;
	uint64_t v = 0;

	while (p < end && *p == ' ')
		p++;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		v = v << 3 | (uint64_t)(*p - '0');
	for (; p < end; p++)
		if (*p != '\0' && *p != ' ')
			return err_set(e, ERR_VERIFY, "its %s field is not an octal number",
			               f->what);
	*ret = v;
	return 0;
}

/* Also GNU's base-256: 0x80 (or 0xff: negative), then the number, big-endian. */
static int number(const uint8_t *block, const struct field *f, int64_t *ret, struct err *e)
{
	const uint8_t *p = block + f->at;
	bool negative = *p == 0xff, fits = *p == 0x80 || negative;
	uint64_t v = negative ? UINT64_MAX : 0;

	if (!(*p & 0x80)) {
		if (octal(block, f, &v, e) < 0)
			return -1;
		*ret = (int64_t)v;
		return 0;
	}
	for (unsigned i = 1; i < f->len; i++) {
		fits = fits && (f->len - i <= 8 || p[i] == (negative ? 0xff : 0));
		v = v << 8 | p[i];
	}
	if (!fits || v >> 63 != negative)
		return err_set(e, ERR_VERIFY, "its %s field is out of range", f->what);
	*ret = (int64_t)v;
	return 0;
}

int tarhead_check_sum(const uint8_t block[TAR_BLOCK], struct err *e)
{
	uint64_t want, have = 8 * ' ';

	if (octal(block, &f_sum, &want, e) < 0)
		return -1;
	for (unsigned i = 0; i < TAR_BLOCK; i++)
		if (i < f_sum.at || i >= f_sum.at + f_sum.len)
			have += block[i];
	if (want != have)
		return err_set(e, ERR_VERIFY, "a header's checksum is wrong");
	return 0;
}

/* "prefix/name" for ustar; GNU keeps other things where the prefix would be. */
static void join_name(const uint8_t *block, bool gnu, char ret[257])
{
	const char *name = (const char *)block, *prefix = (const char *)block + 345;
	size_t n = gnu ? 0 : strnlen(prefix, 155), k = strnlen(name, 100);

	memcpy(ret, prefix, n);
	if (n)
		ret[n++] = '/';
	memcpy(ret + n, name, k);
	ret[n + k] = '\0';
}

int tarhead_parse(const uint8_t block[TAR_BLOCK], struct tarhead *ret, struct err *e)
{
	bool posix = !memcmp(block + 257, "ustar\00000", 8);
	bool gnu = !memcmp(block + 257, "ustar  ", 8);
	uint64_t mode;

	if (tarhead_check_sum(block, e) < 0)
		return -1;
	join_name(block, gnu, ret->name);
	if (!posix && !gnu)
		return err_set(e, ERR_VERIFY, "a header is neither ustar nor GNU tar");
	if (octal(block, &f_mode, &mode, e) < 0 || octal(block, &f_size, &ret->size, e) < 0 ||
	    number(block, &f_uid, &ret->uid, e) < 0 || number(block, &f_gid, &ret->gid, e) < 0 ||
	    number(block, &f_mtime, &ret->mtime, e) < 0)
		return -1;
	ret->mode = (uint32_t)(mode & 07777);
	ret->type = block[156] ? (char)block[156] : '0';
	memcpy(ret->link, block + 157, 100);
	ret->link[100] = '\0';
	return 0;
}
