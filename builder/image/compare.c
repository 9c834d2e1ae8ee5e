// SPDX-License-Identifier: Apache-2.0
#include "image/compare.h"

#include <string.h>

#include "base/base.h"
#include "image/installed.h"

/* NAME=VALUE in the list of the environment: a field of its own. */
static void flatten_env(const json_t *list, const char *at, json_t *ret)
{
	size_t i;
	json_t *x;

	json_array_foreach(list, i, x)
	{
		const char *text = json_string_value(x), *eq = text ? strchr(text, '=') : NULL;
		AUTO(str) char *name = NULL;

		if (!eq)
			continue;
		name = mem_printf("%s.%.*s", at, (int)(eq - text), text);
		json_object_set_new(ret, name, json_string(eq + 1));
	}
}

/* Objects become "a.b.c" -> value; lists stay whole, for their order counts. */
static void flatten(const json_t *j, const char *at, json_t *ret)
{
	const char *key;
	json_t *x;

	json_object_foreach((json_t *)(uintptr_t)j, key, x)
	{
		AUTO(str) char *name = *at ? mem_printf("%s.%s", at, key) : mem_dup(key);

		/* The layers have a part of their own. */
		if (!*at && (!strcmp(key, "rootfs") || !strcmp(key, "history")))
			continue;
		if (json_is_object(x) && json_object_size(x))
			flatten(x, name, ret);
		else if (json_is_array(x) && !strcmp(name, "config.Env"))
			flatten_env(x, name, ret);
		else
			json_object_set(ret, name, x);
	}
}

/* {NAME: …} of both: a row for each name that differs, with what each side has. */
static void compare_objects(const char *label, json_t *a, json_t *b, json_t *ret)
{
	const char *name;
	json_t *x, *row;

	json_object_foreach(a, name, x)
	{
		json_t *other = json_object_get(b, name);

		if (other && json_equal(x, other))
			continue;
		row = json_pack("{s:s, s:O}", label, name, "a", x);
		if (other)
			json_object_set(row, "b", other);
		json_array_append_new(ret, row);
	}
	json_object_foreach(b, name, x)
	{
		if (!json_object_get(a, name))
			json_array_append_new(ret, json_pack("{s:s, s:O}", label, name, "b", x));
	}
}

void compare_configs(const struct view *a, const struct view *b, json_t *ret)
{
	AUTO(json) json_t *left = json_object();
	AUTO(json) json_t *right = json_object();

	flatten(a->config, "", left);
	flatten(b->config, "", right);
	flatten(json_object_get(a->manifest.doc, "annotations"), "annotations", left);
	flatten(json_object_get(b->manifest.doc, "annotations"), "annotations", right);
	compare_objects("field", left, right, ret);
}

static size_t find_layer(const struct view *v, const struct digest *diff_id, size_t from)
{
	for (size_t i = from; i < v->manifest.nlayers; i++)
		if (digest_eq(&v->diff_ids[i], diff_id))
			return i;
	return from ? find_layer(v, diff_id, 0) : SIZE_MAX;
}

static json_t *layer(const struct view *v, size_t i)
{
	const struct manifest_layer *l = &v->manifest.layers[i];
	char digest[DIGEST_STR_MAX];

	return json_pack("{s:I, s:s, s:I, s:s}", "at", (json_int_t)i, "digest",
	                 digest_str(&l->digest, digest), "size", (json_int_t)l->size, "by",
	                 view_created_by(v, i));
}

static json_t *layer_row(const struct view *v, size_t i, const char *what)
{
	char id[DIGEST_STR_MAX];

	return json_pack("{s:s, s:s}", "what", what, "diffID", digest_str(&v->diff_ids[i], id));
}

void compare_layers(const struct view *a, const struct view *b, json_t *ret)
{
	size_t next = 0;

	for (size_t i = 0; i < a->manifest.nlayers; i++) {
		const struct manifest_layer *l = &a->manifest.layers[i];
		size_t k = find_layer(b, &a->diff_ids[i], next);
		const char *what = k == SIZE_MAX ? "removed" : k < next ? "moved" : NULL;
		json_t *row;

		if (k != SIZE_MAX && !digest_eq(&l->digest, &b->manifest.layers[k].digest))
			what = "packed";
		if (k != SIZE_MAX && k >= next)
			next = k + 1;
		if (!what)
			continue;
		row = layer_row(a, i, what);
		json_object_set_new(row, "a", layer(a, i));
		if (k != SIZE_MAX)
			json_object_set_new(row, "b", layer(b, k));
		json_array_append_new(ret, row);
	}
	for (size_t i = 0; i < b->manifest.nlayers; i++) {
		json_t *row;

		if (find_layer(a, &b->diff_ids[i], 0) != SIZE_MAX)
			continue;
		row = layer_row(b, i, "added");
		json_object_set_new(row, "b", layer(b, i));
		json_array_append_new(ret, row);
	}
}

static bool same(const struct path *a, const struct path *b)
{
	const struct entry *x = &a->entry, *y = &b->entry;

	return x->type == y->type && x->mode == y->mode && x->uid == y->uid && x->gid == y->gid &&
	       x->size == y->size && !strcmp(x->link ? x->link : "", y->link ? y->link : "") &&
	       digest_eq(&a->digest, &b->digest);
}

static json_t *file(const struct path *p)
{
	const struct entry *x = &p->entry;
	const char *type = x->type == ENTRY_DIR       ? "folder"
	                   : x->type == ENTRY_SYMLINK ? "symlink"
	                   : x->type == ENTRY_FILE    ? "file"
	                                              : "hard link";
	json_t *j = json_pack("{s:s, s:o, s:I, s:I}", "type", type, "mode",
	                      json_sprintf("%04o", x->mode), "uid", (json_int_t)x->uid, "gid",
	                      (json_int_t)x->gid);
	char text[DIGEST_STR_MAX];

	if (x->type == ENTRY_FILE)
		json_object_set_new(j, "size", json_integer((json_int_t)x->size));
	if (digest_is_set(&p->digest))
		json_object_set_new(j, "digest", json_string(digest_str(&p->digest, text)));
	if (x->link)
		json_object_set_new(j, "link", json_string(x->link));
	return j;
}

/* The next name that differs: either side is NULL when it lacks it.  False: no more. */
struct walk {
	const struct tree *a, *b;
	size_t i, k;
};
static bool walk_next(struct walk *w, const struct leaf **ret_a, const struct leaf **ret_b)
{
	while (w->i < w->a->n || w->k < w->b->n) {
		const struct leaf *a = w->i < w->a->n ? &w->a->v[w->i] : NULL;
		const struct leaf *b = w->k < w->b->n ? &w->b->v[w->k] : NULL;
		int order = !a ? 1 : !b ? -1 : strcmp(a->path->entry.name, b->path->entry.name);

		w->i += order <= 0;
		w->k += order >= 0;
		if (order == 0 && same(a->path, b->path))
			continue;
		*ret_a = order <= 0 ? a : NULL;
		*ret_b = order >= 0 ? b : NULL;
		return true;
	}
	return false;
}

void compare_trees(const struct tree *a, const struct tree *b, json_t *ret)
{
	struct walk w = {.a = a, .b = b};
	const struct leaf *x, *y;

	while (walk_next(&w, &x, &y)) {
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): walk_next sets one at least
		json_t *row = json_pack("{s:s}", "path", (x ? x : y)->path->entry.name);

		if (x)
			json_object_set_new(row, "a", file(x->path));
		if (y)
			json_object_set_new(row, "b", file(y->path));
		json_array_append_new(ret, row);
	}
}

struct records {
	const struct leaf **v;
	size_t n;
};

static void records_done(struct records *r)
{
	free(r->v);
}

static void records_add(struct records *r, const struct leaf *x)
{
	if (!x || x->path->entry.type != ENTRY_FILE || !installed_is_record(x->path->entry.name))
		return;
	r->v = mem_grow(r->v, r->n + 1, sizeof(void *));
	r->v[r->n++] = x;
}

/* Only records that differ are read: packages of a layer that both have do not. */
static int compare_packages(const struct view *a, const struct tree *ta, const struct view *b,
                            const struct tree *tb, json_t *ret, struct err *e)
{
	AUTO_DONE(records) struct records left = {0};
	AUTO_DONE(records) struct records right = {0};
	AUTO(json) json_t *was = json_object();
	AUTO(json) json_t *is = json_object();
	struct walk w = {.a = ta, .b = tb};
	const struct leaf *x, *y;

	while (walk_next(&w, &x, &y)) {
		records_add(&left, x);
		records_add(&right, y);
	}
	if (installed_read(a, left.v, left.n, was, e) < 0 ||
	    installed_read(b, right.v, right.n, is, e) < 0)
		return -1;
	compare_objects("name", was, is, ret);
	return 0;
}

static json_t *side(const struct view *v)
{
	char digest[DIGEST_STR_MAX];

	return json_pack("{s:s, s:s}", "name", v->name, "digest", digest_str(&v->digest, digest));
}

int compare_views(const struct view *a, const struct view *b, json_t **ret, struct err *e)
{
	bool alike = digest_eq(&a->digest, &b->digest);
	json_t *config = json_array(), *layers = json_array();
	json_t *packages = json_array(), *files = json_array();
	AUTO(json)
	json_t *doc = json_pack("{s:i, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", 1, "alike",
	                        alike, "a", side(a), "b", side(b), "config", config, "layers",
	                        layers, "packages", packages, "files", files);
	AUTO_DONE(tree) struct tree ta = {0};
	AUTO_DONE(tree) struct tree tb = {0};

	if (!alike) {
		if (tree_read(a, &ta, e) < 0 || tree_read(b, &tb, e) < 0)
			return -1;
		compare_configs(a, b, config);
		compare_layers(a, b, layers);
		compare_trees(&ta, &tb, files);
		if (compare_packages(a, &ta, b, &tb, packages, e) < 0)
			return -1;
	}
	*ret = take(&doc);
	return 0;
}
