// SPDX-License-Identifier: Apache-2.0
#include "image/audit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "image/audit_layer.h"
#include "store/stock.h"

#define LAYERS_MAX 127 /* what overlay file systems of engines stack */

void audit_add(struct audit *a, const struct err *e)
{
	a->v = mem_grow(a->v, a->n + 1, sizeof *a->v);
	a->v[a->n++] = (struct damage){arena_dup(&a->arena, e->msg), arena_dup(&a->arena, e->hint)};
}

void audit_done(struct audit *a)
{
	free(a->v);
	free(a->seen);
	arena_done(&a->arena);
	*a = (struct audit){0};
}

/* diff_id NULL: whatever it was. */
static bool is_seen(const struct audit *a, const struct digest *blob, const struct digest *diff_id)
{
	for (size_t i = 0; i < a->nseen; i++)
		if (digest_eq(&a->seen[i].blob, blob) &&
		    (!diff_id || digest_eq(&a->seen[i].diff_id, diff_id)))
			return true;
	return false;
}

static void see(struct audit *a, const struct digest *blob, const struct digest *diff_id,
                uint64_t size)
{
	if (!is_seen(a, blob, NULL)) {
		a->nobjects++;
		a->bytes += size;
	}
	a->seen = mem_grow(a->seen, a->nseen + 1, sizeof *a->seen);
	a->seen[a->nseen++] = (struct audited){.blob = *blob};
	if (diff_id)
		a->seen[a->nseen - 1].diff_id = *diff_id;
}

/* Is there a file of this size, whatever is in it? */
static int check_size(const struct audit *a, const struct digest *d, uint64_t want, struct err *e)
{
	char name[DIGEST_HEX_MAX];
	const struct stock_item item = {STOCK_BLOB, digest_hex(d, name), *d, want};
	uint64_t size;

	if (faccessat(a->store->blobs, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		err_set(e, ERR_VERIFY, "blobs/sha256/%s is missing", name);
		return err_hint(e, "lili build makes it again");
	}
	if (!store_has(a->store->blobs, d, &size))
		return stock_check(a->store, &item, e);
	if (size == want)
		return 0;
	err_set(e, ERR_VERIFY, "blobs/sha256/%s has %llu bytes instead of %llu", name,
	        (unsigned long long)size, (unsigned long long)want);
	return err_hint(e, "remove it; lili build makes it again");
}

/* A document other than its size and digest: what manifest_read and view_read do not ask. */
static int check_documents(const struct view *v, const struct index_image *x, struct err *e)
{
	const char *os = json_string_value(json_object_get(v->config, "os"));
	const char *arch = json_string_value(json_object_get(v->config, "architecture"));

	if (json_integer_value(json_object_get(v->manifest.doc, "schemaVersion")) != 2 ||
	    json_object_get(v->manifest.doc, "manifests"))
		return err_set(e, ERR_VERIFY, "it is no manifest of an image");
	if (strcmp(x->media_type, MEDIA_MANIFEST) != 0 ||
	    strcmp(v->manifest.config_type, MEDIA_CONFIG) != 0)
		return err_set(e, ERR_VERIFY, "its media types are not an image's");
	if (v->manifest.nlayers > LAYERS_MAX)
		return err_set(e, ERR_VERIFY, "it has %zu layers; %d are the most",
		               v->manifest.nlayers, LAYERS_MAX);
	if (!os || !arch || strcmp(os, x->os) != 0 || strcmp(arch, x->architecture) != 0)
		return err_set(e, ERR_VERIFY, "it is for %s/%s, the index says %s/%s",
		               os ? os : "?", arch ? arch : "?", x->os, x->architecture);
	return 0;
}

static void add_of(struct audit *a, const char *image, struct err *e)
{
	err_hint(e, "lili build makes the image again");
	err_ctx(e, "%s", image);
	audit_add(a, e);
}

static void audit_layers(struct audit *a, const struct view *v)
{
	for (size_t i = 0; i < v->manifest.nlayers; i++) {
		const struct manifest_layer *l = &v->manifest.layers[i];
		struct err e = {0};
		int rc = check_size(a, &l->digest, l->size, &e);

		/* The same blob under another diffID is another question. */
		if (rc == 0 && !is_seen(a, &l->digest, &v->diff_ids[i])) {
			rc = audit_layer(a->store, &l->digest, &v->diff_ids[i], &e);
			see(a, &l->digest, &v->diff_ids[i], l->size);
		}
		if (rc == 0)
			continue;
		err_ctx(&e, "layer %zu", i);
		add_of(a, v->name, &e);
	}
}

void audit_image(struct audit *a, const struct index_image *x)
{
	AUTO_DONE(view) struct view v = {0};
	struct err e = {0};

	log_say("verify %s", x->ref);
	a->nimages++;
	if (check_size(a, &x->manifest, x->size, &e) < 0 ||
	    view_read(a->store, x->ref, &x->manifest, &v, &e) < 0) {
		if (strncmp(e.msg, x->ref, strlen(x->ref)) != 0)
			err_ctx(&e, "%s", x->ref);
		err_hint(&e, "lili build makes the image again");
		audit_add(a, &e);
		return;
	}
	see(a, &x->manifest, NULL, x->size);
	see(a, &v.manifest.config, NULL, v.manifest.config_size);
	if (check_documents(&v, x, &e) < 0)
		add_of(a, x->ref, &e);
	audit_layers(a, &v);
}

/* What an image complained of is no second damage. */
static bool is_named(const struct audit *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (strstr(a->v[i].what, name) || strstr(a->v[i].mend, name))
			return true;
	return false;
}

void audit_objects(struct audit *a)
{
	AUTO_DONE(stock) struct stock all = {0};
	struct err e = {0};

	if (stock_read(a->store, &all, &e) < 0) {
		audit_add(a, &e);
		return;
	}
	for (size_t i = 0; i < all.n; i++) {
		const struct stock_item *x = &all.v[i];

		if (x->area == STOCK_BLOB && is_seen(a, &x->digest, NULL))
			continue;
		e = (struct err){0};
		if (stock_check(a->store, x, &e) < 0 && !is_named(a, x->name))
			audit_add(a, &e);
		a->nobjects++;
		if (x->area == STOCK_BLOB || x->area == STOCK_PAYLOAD)
			a->bytes += x->size;
	}
}

static void audit_layout(struct audit *a)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct err e = {0};

	if (fs_read_file(a->store->dirfd, "oci-layout", 4096, &b, &e) < 0 ||
	    strcmp(buf_str(&b), STORE_LAYOUT) != 0) {
		err_set(&e, ERR_VERIFY, "oci-layout does not say %s", STORE_LAYOUT);
		err_hint(&e, "remove it; the next lili writes it again");
		audit_add(a, &e);
	}
}

void audit_store(struct audit *a)
{
	AUTO_DONE(index) struct index x = {0};
	struct err e = {0};

	audit_layout(a);
	if (index_read(a->store, &x, &e) < 0) {
		err_hint(&e, "remove index.json; lili build writes it again");
		audit_add(a, &e);
	}
	for (size_t i = 0; i < x.n; i++)
		audit_image(a, &x.v[i]);
	audit_objects(a);
}
