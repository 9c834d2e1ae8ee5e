// SPDX-License-Identifier: Apache-2.0
#include "layer/tar.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

/* POSIX.1-2017, pax, "ustar Interchange Format". */
struct ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag;
	char linkname[100], magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8];
	char prefix[155], pad[12];
};
_Static_assert(sizeof(struct ustar) == 512, "a header is one block");

#define MAX_SIZE (((uint64_t)1 << 33) - 1) /* eleven octal digits */
#define MAX_ID 07777777u

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* Where to cut a name into prefix and name: the "/" that leaves at most 100 bytes behind it; -1
 * when there is none, 0 when no cut is needed. */
static int split(const char *name, size_t len)
{
	if (len <= 100)
		return 0;
	for (size_t i = len - 101; i <= 155 && i + 1 < len; i++)
		if (name[i] == '/' && i > 0)
			return (int)i;
	return -1;
}

static void octal(char *field, size_t len, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof text, "%0*llo", (int)len - 1, (unsigned long long)v);
	memcpy(field, text, len);
}

static void seal(struct ustar *u)
{
	const uint8_t *p = (const uint8_t *)u;
	unsigned sum = 0;
	char text[12];

	memcpy(u->magic, "ustar", 6);
	memcpy(u->version, "00", 2);
	octal(u->devmajor, sizeof u->devmajor, 0);
	octal(u->devminor, sizeof u->devminor, 0);
	memset(u->chksum, ' ', sizeof u->chksum);
	for (size_t i = 0; i < sizeof *u; i++)
		sum += p[i];
	snprintf(text, sizeof text, "%06o", sum);
	memcpy(u->chksum, text, 7);
}

/* "LEN key=value\n", where LEN counts itself. */
static void pax_record(struct buf *b, const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + 3, len = rest, digits;

	do {
		digits = (size_t)snprintf(NULL, 0, "%zu", len);
		if (len == rest + digits)
			break;
		len = rest + digits;
	} while (1);
	buf_printf(b, "%zu %s=%s\n", len, key, value);
}

static void pax_number(struct buf *b, const char *key, uint64_t v, uint64_t max)
{
	char text[24];

	if (v <= max)
		return;
	snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	pax_record(b, key, text);
}

/* The header in front of an entry whose fields do not fit; keys are sorted. */
static void pax_header(struct buf *ret, const struct buf *records)
{
	struct ustar u = {0};

	memcpy(u.name, "pax", 3);
	octal(u.mode, sizeof u.mode, 0644);
	octal(u.uid, sizeof u.uid, 0);
	octal(u.gid, sizeof u.gid, 0);
	octal(u.size, sizeof u.size, records->len);
	octal(u.mtime, sizeof u.mtime, 0);
	u.typeflag = 'x';
	seal(&u);
	buf_put(ret, &u, sizeof u);
	buf_put(ret, records->p, records->len);
	memset(buf_room(ret, tar_padding(records->len)), 0, tar_padding(records->len));
	ret->len += tar_padding(records->len);
}

static char type_flag(enum entry_type type)
{
	switch (type) {
	case ENTRY_FILE:
		return '0';
	case ENTRY_HARDLINK:
		return '1';
	case ENTRY_SYMLINK:
		return '2';
	case ENTRY_DIR:
		return '5';
	}
	return '0';
}

static uint64_t clamp_time(int64_t t)
{
	return t < 0 ? 0 : (uint64_t)(t > ENTRY_MAX_TIME ? ENTRY_MAX_TIME : t);
}

static void put_name(struct ustar *u, const char *name, size_t len, int cut)
{
	if (cut > 0) {
		memcpy(u->prefix, name, (size_t)cut);
		name += cut + 1;
		len -= (size_t)cut + 1;
	}
	memcpy(u->name, name, len < sizeof u->name ? len : sizeof u->name);
}

void tar_header(struct buf *ret, const struct entry *x)
{
	AUTO_DONE(buf) struct buf name = {0}, records = {0};
	size_t linked = x->link ? strlen(x->link) : 0;
	struct ustar u = {0};
	int cut;

	buf_printf(&name, "%s%s", x->name, x->type == ENTRY_DIR ? "/" : "");
	cut = split(name.p, name.len);
	pax_number(&records, "gid", x->gid, MAX_ID);
	if (x->link && (linked > sizeof u.linkname || !is_ascii(x->link)))
		pax_record(&records, "linkpath", x->link);
	if (cut < 0 || !is_ascii(name.p))
		pax_record(&records, "path", name.p);
	pax_number(&records, "size", x->size, MAX_SIZE);
	pax_number(&records, "uid", x->uid, MAX_ID);
	if (records.len)
		pax_header(ret, &records);
	put_name(&u, name.p, name.len, cut);
	if (x->link)
		memcpy(u.linkname, x->link,
		       linked < sizeof u.linkname ? linked : sizeof u.linkname);
	octal(u.mode, sizeof u.mode, x->mode & 07777);
	octal(u.uid, sizeof u.uid, x->uid <= MAX_ID ? x->uid : 0);
	octal(u.gid, sizeof u.gid, x->gid <= MAX_ID ? x->gid : 0);
	octal(u.size, sizeof u.size, x->size <= MAX_SIZE ? x->size : 0);
	octal(u.mtime, sizeof u.mtime, clamp_time(x->mtime));
	u.typeflag = type_flag(x->type);
	seal(&u);
	buf_put(ret, &u, sizeof u);
}
