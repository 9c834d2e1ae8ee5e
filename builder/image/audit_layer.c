// SPDX-License-Identifier: Apache-2.0
#include "image/audit_layer.h"

#include <string.h>

#include "base/base.h"
#include "base/mem.h"
#include "layer/unpack.h"
#include "source/name.h"
#include "store/paths.h"

#define IO_SIZE ((size_t)256 << 10)

struct layer_audit {
	const struct digest *diff_id;
	struct unpack *u;
	struct paths paths;
	struct hash hash;
	size_t entries;
	char *bytes;
};

static void layer_audit_done(struct layer_audit *a)
{
	if (a->u)
		unpack_free(a->u);
	paths_done(&a->paths);
	hash_done(&a->hash);
	free(a->bytes);
}

static int hash_entry(struct layer_audit *a, struct digest *ret, struct err *e)
{
	size_t n = 1;

	while (n) {
		if (unpack_read(a->u, a->bytes, IO_SIZE, &n, e) < 0)
			return -1;
		hash_add(&a->hash, a->bytes, n);
	}
	hash_end(&a->hash, ret->bytes);
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* What of the entry is not as the index has it; NULL: nothing. */
static const char *difference(const struct layer_audit *a, const struct entry *x,
                              const struct path *want, const struct digest *got)
{
	const struct entry *y = &want->entry;
	const struct path *target;

	if (x->type != y->type)
		return "type";
	if (x->mode != y->mode)
		return "mode";
	if (x->uid != y->uid || x->gid != y->gid)
		return "owner";
	if (x->size != y->size)
		return "size";
	if (!same_text(x->link, y->link))
		return "target";
	if (x->type == ENTRY_FILE && !digest_eq(got, &want->digest))
		return "contents";
	target = x->type == ENTRY_HARDLINK ? paths_find(&a->paths, x->link) : NULL;
	if (target && !digest_eq(&target->digest, &want->digest))
		return "target's contents";
	return NULL;
}

/* The blob may be right: what is wrong is its index. */
static int bad_index(const struct layer_audit *a, struct err *e)
{
	char hex[DIGEST_HEX_MAX];

	return err_hint(e, "remove paths/%s if it is there; lili build makes the layer again",
	                digest_hex(a->diff_id, hex));
}

static int check_entry(struct layer_audit *a, const struct entry *x, struct err *e)
{
	const struct path *want = paths_find(&a->paths, x->name);
	struct digest got = {0};
	const char *what;

	a->entries++;
	if (x->type == ENTRY_FILE && hash_entry(a, &got, e) < 0)
		return -1;
	what = want ? difference(a, x, want, &got) : NULL;
	if (!want)
		err_set(e, ERR_VERIFY, "its index of paths lacks %s", name_quote(x->name));
	else if (what)
		err_set(e, ERR_VERIFY, "its index of paths has another %s for %s", what,
		        name_quote(x->name));
	else
		return 0;
	return bad_index(a, e);
}

static int check_end(struct layer_audit *a, struct err *e)
{
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];
	struct digest got;

	unpack_diff_id(a->u, &got);
	if (!digest_eq(&got, a->diff_id))
		return err_set(e, ERR_VERIFY, "its diffID is %s, the configuration says %s",
		               digest_str(&got, have), digest_str(a->diff_id, want));
	if (a->entries == a->paths.n)
		return 0;
	err_set(e, ERR_VERIFY, "its index has %zu paths, the layer %zu entries", a->paths.n,
	        a->entries);
	return bad_index(a, e);
}

/* Damaged bytes break the reader before the digest at their end is known: that is asked then. */
static int name_cause(struct store *s, const struct digest *blob, struct err *e)
{
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];
	struct err ignored = {0};
	AUTO(fd) int fd = -1;
	struct digest got;

	if (store_open_file(s->blobs, blob, &fd, &ignored) == 0 &&
	    digest_fd(&got, fd, &ignored) == 0 && !digest_eq(&got, blob))
		err_set(e, ERR_VERIFY, "blobs/sha256/%s has other contents: %s",
		        digest_str(blob, want) + 7, digest_str(&got, have));
	e->hint[0] = '\0';
	return err_hint(e, "remove blobs/sha256/%s; lili build makes it again",
	                digest_str(blob, want) + 7);
}

static int read_through(struct layer_audit *a, struct err *e)
{
	struct entry x;
	int got;

	while ((got = unpack_next(a->u, &x, e)) > 0)
		if (check_entry(a, &x, e) < 0)
			return -1;
	return got < 0 ? -1 : check_end(a, e);
}

int audit_layer(struct store *s, const struct digest *blob, const struct digest *diff_id,
                struct err *e)
{
	AUTO_DONE(layer_audit)
	struct layer_audit a = {.diff_id = diff_id, .bytes = mem_alloc(1, IO_SIZE)};
	struct err why = {0};

	if (unpack_open(s, blob, &a.u, e) < 0)
		return name_cause(s, blob, e);
	if (paths_load(s, diff_id, &a.paths, &why) < 0) {
		err_set(e, ERR_VERIFY, "%s", why.msg);
		return bad_index(&a, e);
	}
	if (read_through(&a, e) == 0)
		return 0;
	return strncmp(e->hint, "remove paths/", 13) ? name_cause(s, blob, e) : -1;
}
