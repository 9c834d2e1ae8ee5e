// SPDX-License-Identifier: Apache-2.0
#include "image/culprit.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "image/compare.h"
#include "layer/unpack.h"
#include "source/name.h"

static const char changed[] = "what it is made of changed since then: lili plan says what";
static const char unknown[] = "another version of lili made it, or it depends on more than its "
			      "inputs: worth a report";

struct builds {
	const struct view *was, *is;
	const char *profile;
};

static void add(json_t *list, const struct builds *p, size_t layer, const char *what,
                const char *why)
{
	json_t *row = json_object();

	if (layer != SIZE_MAX) {
		json_object_set_new(row, "layer", json_integer((json_int_t)layer));
		json_object_set_new(row, "by", json_string(view_created_by(p->was, layer)));
	}
	json_object_set_new(row, "what", json_string(what));
	json_object_set_new(row, "why", json_string(why));
	json_array_append_new(list, row);
}

static void add_packing(const struct builds *p, size_t layer, json_t *ret)
{
	AUTO(str) char *why = NULL;

	if (p->profile && strcmp(p->profile, pack_profile) != 0)
		why = mem_printf("the lock's profile is %s, this lili packs %s", p->profile,
		                 pack_profile);
	else
		why = mem_printf("this lili packs %s; another profile packed the other",
		                 pack_profile);
	add(ret, p, layer, "the same tar is another blob", why);
}

/* The index of paths of one layer as a tree of its own. */
static int read_one(const struct view *v, size_t layer, struct tree *ret, struct err *e)
{
	ret->layers = mem_alloc(1, sizeof *ret->layers);
	if (paths_load(v->store, &v->diff_ids[layer], &ret->layers[0], e) < 0)
		return -1;
	ret->nlayers = 1;
	tree_put(ret, &ret->layers[0], 0);
	return 0;
}

/* 1: some entry of the indexes differs and is in `ret`. */
static int find_entry(const struct builds *p, size_t layer, json_t *ret, struct err *e)
{
	AUTO_DONE(tree) struct tree was = {0};
	AUTO_DONE(tree) struct tree is = {0};
	AUTO(json) json_t *rows = json_array();
	AUTO(str) char *what = NULL;
	const json_t *row;
	const char *path;

	if (read_one(p->was, layer, &was, e) < 0 || read_one(p->is, layer, &is, e) < 0)
		return -1;
	compare_trees(&was, &is, rows);
	if (!json_array_size(rows))
		return 0;
	row = json_array_get(rows, 0);
	path = json_string_value(json_object_get(row, "path"));
	what = mem_printf("/%s %s, and %zu more", path,
	                  !json_object_get(row, "a")   ? "is new"
	                  : !json_object_get(row, "b") ? "is gone"
	                                               : "differs",
	                  json_array_size(rows) - 1);
	if (json_array_size(rows) == 1)
		what[strlen(what) - strlen(", and 0 more")] = '\0';
	add(ret, p, layer, what, changed);
	return 1;
}

/* Entries that the indexes call alike: their times, or their order. */
static int find_header(const struct builds *p, size_t layer, json_t *ret, struct err *e)
{
	AUTO(unpack) struct unpack *a = NULL;
	AUTO(unpack) struct unpack *b = NULL;
	AUTO(str) char *what = NULL;
	struct entry x, y;
	int left = 1, right = 1;

	if (unpack_open(p->was->store, &p->was->manifest.layers[layer].digest, &a, e) < 0 ||
	    unpack_open(p->is->store, &p->is->manifest.layers[layer].digest, &b, e) < 0)
		return -1;
	while (!what && left && right) {
		left = unpack_next(a, &x, e);
		right = left < 0 ? -1 : unpack_next(b, &y, e);
		if (right < 0)
			return -1;
		if (left && right && strcmp(x.name, y.name) != 0)
			what = mem_printf("%s stands where %s stood", name_quote(y.name),
			                  name_quote(x.name));
		else if (left && right && x.mtime != y.mtime)
			what = mem_printf("/%s has time %" PRId64 ", had %" PRId64, y.name, y.mtime,
			                  x.mtime);
	}
	if (what)
		add(ret, p, layer, what, changed);
	else
		add(ret, p, layer, "the same entries have other headers", unknown);
	return 0;
}

static int find_in_layer(const struct builds *p, size_t layer, json_t *ret, struct err *e)
{
	int found;

	if (digest_eq(&p->was->manifest.layers[layer].digest,
	              &p->is->manifest.layers[layer].digest))
		return 0;
	if (digest_eq(&p->was->diff_ids[layer], &p->is->diff_ids[layer])) {
		add_packing(p, layer, ret);
		return 0;
	}
	found = find_entry(p, layer, ret, e);
	if (found == 0)
		found = find_header(p, layer, ret, e);
	if (found < 0)
		return err_ctx(e, "layer %zu", layer);
	return 0;
}

/* No layer is to blame: a setting, or nothing that anybody would see. */
static void find_setting(const struct builds *p, json_t *ret)
{
	AUTO(json) json_t *rows = json_array();
	size_t i;
	json_t *row;

	compare_configs(p->was, p->is, rows);
	json_array_foreach(rows, i, row)
		add(ret, p, SIZE_MAX, json_string_value(json_object_get(row, "field")), changed);
	if (!json_array_size(rows))
		add(ret, p, SIZE_MAX, "history, or the form of the documents", unknown);
}

int culprit_find(const struct view *was, const struct view *is, const char *profile, json_t *ret,
                 struct err *e)
{
	const struct builds p = {was, is, profile};
	size_t n = was->manifest.nlayers, before = json_array_size(ret);

	if (digest_eq(&was->digest, &is->digest))
		return 0;
	if (is->manifest.nlayers != n) {
		AUTO(str)
		char *what = mem_printf("%zu layers, had %zu", is->manifest.nlayers, n);

		add(ret, &p, SIZE_MAX, what, changed);
		n = n < is->manifest.nlayers ? n : is->manifest.nlayers;
	}
	for (size_t i = 0; i < n; i++)
		if (find_in_layer(&p, i, ret, e) < 0)
			return -1;
	if (json_array_size(ret) == before)
		find_setting(&p, ret);
	return 0;
}
