// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/mem.h"
#include "layer/kinds.h"
#include "source/name.h"
#include "source/tarball.h"
#include "source/tarhead.h"

static int give_member(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	return tarball_read(ctx, buf, cap, ret_n, e);
}

static int give_stream(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct stream *s = ctx;

	return s->read(s, buf, cap, ret_n, e);
}

/* 1: `x` now says where it goes; 0: left out. */
static int place_entry(const struct place *p, struct entry *x, struct buf *name, struct buf *link,
                       struct err *e)
{
	if (!place_name(p, x->name, name))
		return 0;
	if (x->type == ENTRY_HARDLINK) {
		if (!place_name(p, x->link, link))
			return err_set(e, ERR_VERIFY,
			               "entry %s: is a hard link to %s, which is left out",
			               name_quote(x->name), name_quote(x->link));
		x->link = link->p;
	}
	x->name = name->p;
	x->uid = x->gid = 0; /* an archive's owners are those of the machine that made it */
	return 1;
}

static int add_members(struct layer_writer *w, struct tarball *t, const struct place *p,
                       struct err *e)
{
	AUTO_DONE(buf) struct buf name = {0}, link = {0};
	size_t seen = 0, added = 0;
	struct entry x;
	int got;

	while ((got = tarball_next(t, &x, e)) > 0) {
		int placed = place_entry(p, &x, &name, &link, e);

		if (placed < 0 || (placed && layer_add(w, &x, give_member, t, e) < 0))
			return -1;
		added += placed > 0;
		seen++;
	}
	if (got == 0 && !seen)
		return err_set(e, ERR_VERIFY, "the archive holds nothing");
	if (got == 0 && !added)
		return err_set(e, ERR_SPEC,
		               "nothing is left of it after strip, include and exclude");
	return got;
}

static int add_file(struct layer_writer *w, const struct payload_layer *p, struct stream *s,
                    uint64_t size, struct err *e)
{
	struct entry x = {.type = ENTRY_FILE,
	                  .mode = p->mode ? p->mode : 0644,
	                  .size = size,
	                  .mtime = ENTRY_FIXED_TIME};
	AUTO_DONE(buf) struct buf name = {0};
	char rest;
	size_t n;

	place_name(&(struct place){.into = p->place.into}, p->file, &name);
	x.name = name.p;
	if (layer_add(w, &x, give_stream, s, e) < 0)
		return -1;
	if (s->read(s, &rest, 1, &n, e) < 0) /* the end checks the digest */
		return -1;
	return n ? err_set(e, ERR_VERIFY, "it grew while it was read") : 0;
}

/* What is no tar at all, a page of a web server for one, is told by its beginning. */
static int check_archive(struct store *s, const struct digest *sha256, struct err *e)
{
	AUTO(stream) struct stream *plain = NULL;
	uint8_t block[TAR_BLOCK] = {0};
	struct err ignored = {0};
	char head[17] = "";
	size_t n;
	int fd;

	if (store_open_file(s->payloads, sha256, &fd, e) < 0 ||
	    stream_inflate(stream_file(fd, NULL), &plain, e) < 0 ||
	    stream_read_full(plain, block, sizeof block, &n, e) < 0)
		return -1;
	if (!n)
		return err_set(e, ERR_VERIFY, "is no archive: it is empty");
	/* A damaged tar, or one older than its magic, is for the reader to refuse. */
	if (!memcmp(block + 257, "ustar", 5) || tarhead_is_zero(block) ||
	    tarhead_check_sum(block, &ignored) == 0)
		return 0;
	memcpy(head, block, sizeof head - 1);
	return err_set(e, ERR_VERIFY, "is no archive: it begins with %s", name_quote(head));
}

int layer_check_payload(struct store *s, const char *label, const struct digest *sha256,
                        struct err *e)
{
	return check_archive(s, sha256, e) < 0 ? err_ctx(e, "payload %s", label) : 0;
}

static int fill(struct store *s, struct layer_writer *w, const struct payload_layer *p,
                struct err *e)
{
	struct tarball_rules rules = {.max_bytes = p->max_bytes};
	AUTO(stream) struct stream *file = NULL;
	AUTO(tarball) struct tarball *t = NULL;
	struct stream *plain;
	uint64_t size;
	int fd;

	if (!store_has(s->payloads, &p->sha256, &size) ||
	    store_open_file(s->payloads, &p->sha256, &fd, e) < 0)
		return err_set(e, ERR_SYS, "it is not in the store");
	file = stream_file(fd, &p->sha256);
	if (p->file)
		return add_file(w, p, file, size, e);
	if (check_archive(s, &p->sha256, e) < 0 || stream_inflate(take(&file), &plain, e) < 0)
		return -1;
	t = tarball_open(plain, &rules);
	return add_members(w, t, &p->place, e);
}

int layer_payload(struct store *s, unsigned threads, const struct payload_layer *p,
                  struct layer *ret, struct err *e)
{
	AUTO(layer) struct layer_writer *w = NULL;

	if (layer_open(s, threads, &w, e) < 0)
		return -1;
	if (fill(s, w, p, e) < 0 || layer_close(w, ret, e) < 0)
		return err_ctx(e, "payload %s", p->label);
	return 0;
}
