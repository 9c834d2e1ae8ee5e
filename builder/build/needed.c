// SPDX-License-Identifier: Apache-2.0
#include "build/needed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "build/made.h"
#include "image/lock_file.h"
#include "image/view.h"
#include "store/index.h"
#include "store/memo.h"

static void add(struct needed *n, enum stock_area area, const struct digest *d, const char *by,
                bool build)
{
	if (n->n == n->cap) {
		n->cap = n->cap ? n->cap * 2 : 256;
		n->v = mem_grow(n->v, n->cap, sizeof *n->v);
	}
	n->v[n->n++] = (struct need){area, *d, by, build, 0};
	n->sorted = false;
}

void needed_done(struct needed *n)
{
	free(n->v);
	arena_done(&n->arena);
	*n = (struct needed){0};
}

static int add_image(struct needed *n, struct store *s, const struct index_image *x, struct err *e)
{
	const char *by = arena_dup(&n->arena, x->ref);
	AUTO_DONE(view) struct view v = {0};

	if (view_read(s, x->ref, &x->manifest, &v, e) < 0)
		return err_hint(e, "lili verify says what is damaged and how to mend it");
	add(n, STOCK_BLOB, &x->manifest, by, false);
	add(n, STOCK_BLOB, &v.manifest.config, by, false);
	for (size_t i = 0; i < v.manifest.nlayers; i++) {
		add(n, STOCK_BLOB, &v.manifest.layers[i].digest, by, false);
		add(n, STOCK_PATHS, &v.diff_ids[i], by, false);
	}
	return 0;
}

int needed_by_images(struct needed *n, struct store *s, struct err *e)
{
	AUTO_DONE(index) struct index x = {0};

	if (index_read(s, &x, e) < 0)
		return -1;
	for (size_t i = 0; i < x.n; i++)
		if (add_image(n, s, &x.v[i], e) < 0)
			return -1;
	return 0;
}

static int add_platform(struct needed *n, const char *file, const char *platform,
                        const json_t *part, struct err *e)
{
	AUTO_DONE(lock) struct lock l = {.file = file, .platform = platform, .arena = &n->arena};

	if (lock_parse(&l, part, e) < 0)
		return -1;
	for (size_t i = 0; i < l.npayloads; i++)
		add(n, STOCK_PAYLOAD, &l.payloads[i]->sha256,
		    arena_printf(&n->arena, "payload %s", l.payloads[i]->name), false);
	for (size_t i = 0; i < l.nsets; i++)
		for (size_t k = 0; k < l.sets[i]->set.n; k++) {
			const struct package *p = &l.sets[i]->set.v[k];

			add(n, STOCK_PAYLOAD, &p->sha256,
			    arena_printf(&n->arena, "package %s %s", p->name, p->version), false);
		}
	return 0;
}

int needed_by_lock(struct needed *n, const char *dir, struct err *e)
{
	const char *file = arena_printf(&n->arena, "%s/lock.json", dir), *platform;
	AUTO(json) json_t *doc = NULL;
	json_t *part;

	if (access(file, F_OK) < 0 && errno == ENOENT)
		return 0;
	if (json_read_file(AT_FDCWD, file, &doc, e) < 0)
		return -1;
	json_object_foreach(doc, platform, part)
	{
		if (add_platform(n, file, platform, part, e) < 0)
			return -1;
	}
	return 0;
}

static void use_layer(void *ctx, const struct image_spec *image, const struct step *step,
                      const struct layer *layer)
{
	struct needed *n = ctx;
	const char *by = arena_printf(&n->arena, "the next build of %s", image->name);

	add(n, STOCK_MEMO, &step->key, by, true);
	add(n, STOCK_BLOB, &layer->packed.digest, by, true);
	add(n, STOCK_PATHS, &layer->packed.diff_id, by, true);
}

void needed_by_build(struct needed *n, struct run *r)
{
	run_reused(r, use_layer, n);
}

static int by_digest(const void *a, const void *b)
{
	const struct need *x = a, *y = b;

	return x->area != y->area ? (int)x->area - (int)y->area
	                          : memcmp(&x->digest, &y->digest, sizeof x->digest);
}

/* Each once; qsort is no stable sort, so whoever comes first by name speaks for all.  The next
 * build of an image that is there is the same one again. */
static int by_digest_and_name(const void *a, const void *b)
{
	const struct need *x = a, *y = b;
	int order = by_digest(a, b);

	if (!order)
		order = (int)x->build - (int)y->build;
	return order ? order : strcmp(x->by, y->by);
}

static void sort(struct needed *n)
{
	const char *by = NULL;
	size_t kept = 0;

	if (n->n)
		qsort(n->v, n->n, sizeof *n->v, by_digest_and_name);
	for (size_t i = 0; i < n->n; i++) {
		struct need *first = kept ? &n->v[kept - 1] : NULL;

		if (!first || by_digest(first, &n->v[i]) != 0)
			n->v[kept++] = n->v[i];
		else if (n->v[i].build == first->build && strcmp(by, n->v[i].by) != 0)
			first->others++;
		by = n->v[i].by;
	}
	n->n = kept;
	n->sorted = true;
}

static const struct need *find(const struct needed *n, enum stock_area area, const struct digest *d)
{
	const struct need key = {.area = area, .digest = *d};

	return n->n ? bsearch(&key, n->v, n->n, sizeof *n->v, by_digest) : NULL;
}

const struct need *needed_find(struct needed *n, struct store *s, const struct stock_item *x)
{
	AUTO(json) json_t *memo = NULL;
	const struct need *found;
	struct layer layer;

	if (!n->sorted)
		sort(n);
	found = find(n, x->area, &x->digest);
	if (found || x->area != STOCK_MEMO || !digest_is_set(&x->digest) ||
	    memo_get(s, &x->digest, &memo) < 0 || !memo || !made_parse(memo, &layer))
		return found;
	return find(n, STOCK_BLOB, &layer.packed.digest);
}
