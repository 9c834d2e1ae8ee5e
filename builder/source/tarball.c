// SPDX-License-Identifier: Apache-2.0
#include "source/tarball.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "source/name.h"
#include "source/pax.h"
#include "source/tarhead.h"

#define DEFAULT_MAX_BYTES ((uint64_t)64 << 30)
#define IO_SIZE ((size_t)256 << 10)
#define MAX_ID 2147483647

struct tarball {
	struct stream *from;
	struct tarball_rules rules;
	uint64_t left;   /* contents of the current entry not read yet */
	size_t padding;  /* behind them */
	uint64_t total;  /* bytes of contents so far */
	struct buf pax;  /* the bytes of the current entry's extended header */
	struct buf name; /* the current entry's */
	struct buf link;
	size_t at, have; /* what of `bytes` is not used yet */
	uint8_t bytes[IO_SIZE];
};

struct tarball *tarball_open(struct stream *s, const struct tarball_rules *rules)
{
	struct tarball *t = mem_alloc(1, sizeof *t);

	t->from = s;
	t->rules = *rules;
	if (!t->rules.max_bytes)
		t->rules.max_bytes = DEFAULT_MAX_BYTES;
	return t;
}

void tarball_free(struct tarball *t)
{
	stream_free(t->from);
	buf_done(&t->pax);
	buf_done(&t->name);
	buf_done(&t->link);
	free(t);
}

static int fill(struct tarball *t, struct err *e)
{
	t->at = 0;
	return t->from->read(t->from, t->bytes, sizeof t->bytes, &t->have, e);
}

static int take_bytes(struct tarball *t, void *to, size_t n, struct err *e)
{
	for (uint8_t *p = to; n;) {
		size_t k = t->have - t->at < n ? t->have - t->at : n;

		if (!k) {
			if (fill(t, e) < 0)
				return -1;
			if (!t->have)
				return err_set(e, ERR_VERIFY, "the archive is cut short");
			continue;
		}
		if (p) {
			memcpy(p, t->bytes + t->at, k);
			p += k;
		}
		t->at += k;
		n -= k;
	}
	return 0;
}

int tarball_read(struct tarball *t, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	size_t n = t->have - t->at;

	*ret_n = 0;
	if (!t->left)
		return 0;
	if (!n && cap >= IO_SIZE / 2) { /* large reads need no stop in between */
		size_t want = t->left < cap ? (size_t)t->left : cap;

		if (t->from->read(t->from, buf, want, &n, e) < 0)
			return -1;
		if (!n)
			return err_set(e, ERR_VERIFY, "the archive is cut short");
	} else {
		if (!n && fill(t, e) < 0)
			return -1;
		n = t->have - t->at;
		if (!n)
			return err_set(e, ERR_VERIFY, "the archive is cut short");
		n = n < cap ? n : cap;
		n = t->left < n ? (size_t)t->left : n;
		memcpy(buf, t->bytes + t->at, n);
		t->at += n;
	}
	t->left -= n;
	*ret_n = n;
	return 0;
}

static int skip_rest(struct tarball *t, struct err *e)
{
	char waste[8192];
	size_t n;

	while (t->left)
		if (tarball_read(t, waste, sizeof waste, &n, e) < 0)
			return -1;
	n = t->padding;
	t->padding = 0;
	return take_bytes(t, NULL, n, e);
}

/* The second zero block was just read: only zeros may follow, to the verified end. */
static int check_end(struct tarball *t, struct err *e)
{
	for (;;) {
		for (; t->at < t->have; t->at++)
			if (t->bytes[t->at])
				return err_set(e, ERR_VERIFY, "bytes follow the archive's end");
		if (fill(t, e) < 0)
			return -1;
		if (!t->have)
			return 0;
	}
}

/* A header of the archive's own making: reads its `size` bytes of data, padding too. */
static int read_extra(struct tarball *t, uint64_t size, struct buf *ret, struct err *e)
{
	ret->len = 0;
	if (size > PAX_MAX)
		return err_set(e, ERR_VERIFY, "an extended header is larger than 1 MiB");
	if (take_bytes(t, buf_room(ret, (size_t)size), (size_t)size, e) < 0)
		return -1;
	ret->len = (size_t)size;
	ret->p[ret->len] = '\0';
	return take_bytes(t, NULL, (size_t)(-size & (TAR_BLOCK - 1)), e);
}

/* What stood in front of an entry's own header. */
struct extra {
	bool has_pax, has_name, has_link;
	struct pax pax;
};

static int gnu_long(struct tarball *t, uint64_t size, bool *has, struct buf *ret, struct err *e)
{
	if (*has)
		return err_set(e, ERR_VERIFY, "it has two long names");
	*has = true;
	if (read_extra(t, size, ret, e) < 0)
		return -1;
	while (ret->len && ret->p[ret->len - 1] == '\0')
		ret->len--;
	if (!ret->len || strlen(ret->p) != ret->len)
		return err_set(e, ERR_VERIFY, "a long name is empty or holds a NUL byte");
	return 0;
}

/* 1: h is an entry's header; 0: it was one in front of it, now in x. */
static int take_extra(struct tarball *t, const struct tarhead *h, struct extra *x, struct err *e)
{
	AUTO_DONE(buf) struct buf global = {0};
	struct pax ignored;

	switch (h->type) {
	case 'x':
		if (x->has_pax)
			return err_set(e, ERR_VERIFY, "it has two pax headers");
		x->has_pax = true;
		if (read_extra(t, h->size, &t->pax, e) < 0)
			return -1;
		return pax_parse(t->pax.p, t->pax.len, false, &x->pax, e);
	case 'g':
		if (read_extra(t, h->size, &global, e) < 0)
			return -1;
		return pax_parse(global.p, global.len, true, &ignored, e);
	case 'L':
		return gnu_long(t, h->size, &x->has_name, &t->name, e);
	case 'K':
		return gnu_long(t, h->size, &x->has_link, &t->link, e);
	default:
		return 1;
	}
}

/* One name, one link, one size, whichever header they came from; two that disagree are refused. */
static int settle(struct tarball *t, struct tarhead *h, const struct extra *x, struct err *e)
{
	if ((x->has_name && x->pax.path) || (x->has_link && x->pax.link))
		return err_set(e, ERR_VERIFY, "it has a GNU and a pax name");
	if (x->pax.has_size && x->pax.size != h->size && !(h->size == 0 && x->pax.size >> 33))
		return err_set(e, ERR_VERIFY, "its two headers disagree on its size");
	if (!x->has_name) {
		t->name.len = 0;
		buf_add(&t->name, x->pax.path ? x->pax.path : h->name);
	}
	if (!x->has_link) {
		t->link.len = 0;
		buf_add(&t->link, x->pax.link ? x->pax.link : h->link);
	}
	h->size = x->pax.has_size ? x->pax.size : h->size;
	h->uid = x->pax.has_uid ? x->pax.uid : h->uid;
	h->gid = x->pax.has_gid ? x->pax.gid : h->gid;
	h->mtime = x->pax.has_mtime ? x->pax.mtime : h->mtime;
	return 0;
}

static const struct {
	char flag;
	enum entry_type type;
	const char *refused;
} types[] = {
	{'0', ENTRY_FILE,     NULL                   },
        {'1', ENTRY_HARDLINK, NULL                   },
        {'2', ENTRY_SYMLINK,  NULL                   },
	{'5', ENTRY_DIR,      NULL                   },
        {'3', 0,              "is a character device"},
        {'4', 0,              "is a block device"    },
	{'6', 0,              "is a FIFO"            },
        {'7', 0,              "is a contiguous file" },
        {'S', 0,              "is a sparse file"     },
};

static int entry_type(const struct tarhead *h, enum entry_type *ret, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].flag != h->type)
			continue;
		if (types[i].refused)
			return err_set(e, ERR_VERIFY, "%s", types[i].refused);
		*ret = types[i].type;
		return 0;
	}
	return err_set(e, ERR_VERIFY, "is of an unknown type (0x%02x)", (unsigned char)h->type);
}

/* Takes "./" from the front and, from a folder, "/" from the end.  1: it is the archive's root. */
static int trim_name(struct buf *name, enum entry_type type, struct err *e)
{
	if (!name->len)
		return err_set(e, ERR_VERIFY, "its name is empty");
	while (name->len > 1 && name->p[0] == '.' && name->p[1] == '/') {
		memmove(name->p, name->p + 2, name->len - 1);
		name->len -= 2;
	}
	if (type == ENTRY_DIR) {
		if (name->len > 1 && name->p[name->len - 1] == '/')
			name->p[--name->len] = '\0';
		if (!name->len || !strcmp(name->p, "."))
			return 1;
	}
	if (name->len && name->p[name->len - 1] == '/')
		return err_set(e, ERR_VERIFY, "its name ends in \"/\" but it is no folder");
	return 0;
}

static int check_names(struct tarball *t, enum entry_type type, struct err *e)
{
	const char *why = name_complaint(t->name.p);

	if (why)
		return err_set(e, ERR_VERIFY, "its name %s", why);
	if (type == ENTRY_HARDLINK) {
		if (trim_name(&t->link, type, e) < 0)
			return -1;
		why = name_complaint(t->link.p);
	} else if (type == ENTRY_SYMLINK) {
		why = name_target_complaint(t->link.p);
	}
	if (why)
		return err_set(e, ERR_VERIFY, "its target %s %s", name_quote(t->link.p), why);
	return 0;
}

static int check_rest(struct tarball *t, const struct tarhead *h, enum entry_type type,
                      struct err *e)
{
	if (type != ENTRY_FILE && h->size)
		return err_set(e, ERR_VERIFY, "has contents but is no file");
	if (h->uid < 0 || h->uid > MAX_ID || h->gid < 0 || h->gid > MAX_ID)
		return err_set(e, ERR_VERIFY, "its owner is out of range");
	if (h->mode & 06000 && type != ENTRY_DIR && !t->rules.debian)
		return err_set(e, ERR_VERIFY, "is setuid or setgid (mode %04o)", h->mode);
	if (h->size > t->rules.max_bytes || t->total + h->size > t->rules.max_bytes)
		return err_set(e, ERR_VERIFY, "unpacks to more than %llu bytes",
		               (unsigned long long)t->rules.max_bytes);
	t->total += h->size;
	return 0;
}

static void fill_entry(const struct tarball *t, const struct tarhead *h, enum entry_type type,
                       struct entry *ret)
{
	bool linked = type == ENTRY_SYMLINK || type == ENTRY_HARDLINK;

	*ret = (struct entry){
		.type = type,
		.name = t->name.p,
		.link = linked ? t->link.p : NULL,
		.mode = type == ENTRY_DIR && !t->rules.debian ? h->mode & 01777 : h->mode,
		.uid = (uint32_t)h->uid,
		.gid = (uint32_t)h->gid,
		.size = h->size,
		.mtime = h->mtime < 0                ? 0
	                 : h->mtime > ENTRY_MAX_TIME ? ENTRY_MAX_TIME
	                                             : h->mtime,
	};
}

/* 2: nothing to see (the root folder); else as tarball_next. */
static int next(struct tarball *t, struct entry *ret, struct err *e)
{
	uint8_t block[TAR_BLOCK];
	struct extra x = {0};
	struct tarhead h;
	enum entry_type type = ENTRY_FILE;
	int got = 0;

	t->name.len = 0;
	while (!got) {
		if (take_bytes(t, block, TAR_BLOCK, e) < 0)
			return -1;
		if (tarhead_is_zero(block)) {
			if (x.has_pax || x.has_name || x.has_link ||
			    take_bytes(t, block, TAR_BLOCK, e) < 0 || !tarhead_is_zero(block))
				return err_set(e, ERR_VERIFY,
				               "the archive does not end as one should");
			return check_end(t, e);
		}
		h.name[0] = '\0';
		got = tarhead_parse(block, &h, e);
		if (!x.has_name) { /* for messages, until settle() knows better */
			t->name.len = 0;
			buf_add(&t->name, h.name);
		}
		if (got < 0 || (got = take_extra(t, &h, &x, e)) < 0)
			return -1;
	}
	if (settle(t, &h, &x, e) < 0 || entry_type(&h, &type, e) < 0)
		return -1;
	got = trim_name(&t->name, type, e);
	if (got < 0 || check_rest(t, &h, type, e) < 0 || (!got && check_names(t, type, e) < 0))
		return -1;
	t->left = h.size;
	t->padding = (size_t)(-h.size & (TAR_BLOCK - 1));
	fill_entry(t, &h, type, ret);
	return got ? 2 : 1;
}

int tarball_next(struct tarball *t, struct entry *ret, struct err *e)
{
	int got;

	do {
		if (skip_rest(t, e) < 0)
			return -1;
		got = next(t, ret, e);
	} while (got == 2);
	if (got < 0 && t->name.len)
		return err_ctx(e, "entry %s", name_quote(t->name.p));
	return got;
}
