// SPDX-License-Identifier: Apache-2.0
/* Any bytes are an archive or a refusal; an entry that comes out is one that may go into a layer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/tarball.h"

struct bytes {
	struct stream stream;
	const uint8_t *p;
	size_t left;
};

static int bytes_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct bytes *b = (struct bytes *)s;
	size_t n = b->left < cap ? b->left : cap;

	(void)e;
	if (n)
		memcpy(buf, b->p, n);
	b->p += n;
	b->left -= n;
	*ret_n = n;
	return 0;
}

static void bytes_free(struct stream *s)
{
	free(s);
}

static bool has_dots(const char *name)
{
	for (const char *p = name; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL)
		if (!strncmp(p, "..", 2) && (p[2] == '/' || !p[2]))
			return true;
	return false;
}

static void check_entry(const struct entry *x, bool debian)
{
	if (!*x->name || *x->name == '/' || has_dots(x->name) ||
	    x->name[strlen(x->name) - 1] == '/')
		abort();
	if ((x->type == ENTRY_SYMLINK || x->type == ENTRY_HARDLINK) != (x->link != NULL))
		abort();
	if (x->type != ENTRY_FILE && x->size)
		abort();
	if (x->mode & ~07777U || (!debian && x->mode & 06000))
		abort();
	if (x->mtime < 0 || x->mtime > ENTRY_MAX_TIME)
		abort();
}

/* What was changed in a header would end at its checksum: set it right. */
static void mend_checksums(uint8_t *p, size_t size)
{
	for (; size >= 512; p += 512, size -= 512) {
		unsigned sum = 8 * ' ';

		if (memcmp(p + 257, "ustar", 5) != 0)
			continue;
		for (size_t i = 0; i < 512; i++)
			sum += i < 148 || i >= 156 ? p[i] : 0;
		snprintf((char *)p + 148, 8, "%06o", sum);
		p[155] = ' ';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tarball_rules rules = {.debian = size & 1, .max_bytes = 1 << 20};
	AUTO(str) char *copy = malloc(size + 1);
	struct bytes *raw = calloc(1, sizeof *raw);
	struct stream *plain;
	struct err e = {0};
	struct entry x;

	memcpy(copy, data, size);
	mend_checksums((uint8_t *)copy, size);
	raw->stream.read = bytes_read;
	raw->stream.free = bytes_free;
	raw->p = (uint8_t *)copy;
	raw->left = size;
	if (stream_inflate(&raw->stream, &plain, &e) < 0)
		return 0;

	AUTO(tarball) struct tarball *t = tarball_open(plain, &rules);

	while (tarball_next(t, &x, &e) == 1) {
		char buf[512];
		size_t n = 0;

		check_entry(&x, rules.debian);
		while (tarball_read(t, buf, sizeof buf, &n, &e) == 0 && n)
			;
	}
	return 0;
}
