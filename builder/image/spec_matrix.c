// SPDX-License-Identifier: Apache-2.0
#include "image/spec_matrix.h"

#include <string.h>

#include "base/base.h"
#include "image/spec_image.h"

struct row_entry {
	struct texts tags;
	struct pairs set;
};
#define ROW(member) offsetof(struct row_entry, member)
static const struct key row_keys[] = {
	{"tags", KEY_LIST,  true,  ROW(tags), NULL, "of this version"          },
	{"set",  KEY_PAIRS, false, ROW(set),  NULL, "variables of this version"},
};
const struct keys spec_row_object = {"a row of the matrix", row_keys, ARRAY_LEN(row_keys),
                                     sizeof(struct row_entry)};

/* The pairs as variables; those that `over` has already are left out. */
static int add_scope(const struct reader *r, const char *at, const struct pairs *set,
                     struct vars *over, struct vars *ret)
{
	int rc = 0;

	ret->v = arena_alloc(r->arena, set->n, sizeof *ret->v);
	for (size_t i = 0; i < set->n; i++) {
		const struct pair *p = &set->v[i];

		if (!vars_is_name(p->name))
			rc = keys_wrong_key(r, arena_printf(r->arena, "%s.%s", at, p->name),
			                    "'%s' is not a variable's name", p->name);
		else if (p->value && (!over || !vars_find(over, p->name, strlen(p->name))))
			ret->v[ret->n++] = (struct var){.name = p->name, .value = p->value};
	}
	return rc;
}

static void read_row(const struct reader *r, const json_t *j, struct row *row)
{
	struct reader inner = *r;
	struct row_entry x = {0};
	int rc;

	row->vars.outer = r->vars;
	/* Its tags may speak of what it sets. */
	inner.vars = &row->vars;
	if (json_is_object(j)) {
		rc = keys_read_one(r, j, row->at, &spec_row_object, "set", &x);
		row->vars.broken = add_scope(r, arena_printf(r->arena, "%s.set", row->at), &x.set,
		                             NULL, &row->vars) < 0 ||
		                   rc < 0;
	}
	x = (struct row_entry){0};
	if (keys_read(&inner, j, row->at, &spec_row_object, &x) < 0)
		row->vars.broken = true;
	else if (!x.tags.n)
		keys_wrong(r, arena_printf(r->arena, "%s.tags", row->at), "a row needs a tag");
	row->tags = x.tags;
}

void spec_rows(const struct reader *r, const json_t *image, struct rows *ret)
{
	const json_t *list = json_object_get(image, "matrix");
	struct reader inner = *r;
	struct image_entry x = {0};
	int rc = keys_read_one(r, image, "", &spec_image_object, "set", &x);

	*ret = (struct rows){.n = list ? json_array_size(list) : 1, .image.outer = r->vars};
	ret->v = arena_alloc(r->arena, ret->n, sizeof *ret->v);
	ret->image.broken = add_scope(r, "set", &x.set, r->vars, &ret->image) < 0 || rc < 0;
	inner.vars = &ret->image;
	if (list && !ret->n)
		keys_wrong(r, "matrix", "should be a list of rows");
	if (list && json_object_get(image, "tags"))
		keys_wrong_key(r, "tags", "with a matrix, its rows have the tags");
	for (size_t i = 0; i < ret->n; i++) {
		ret->v[i].vars.outer = &ret->image;
		if (!list)
			break;
		ret->v[i].at = arena_printf(r->arena, "matrix[%zu]", i);
		read_row(&inner, json_array_get(list, i), &ret->v[i]);
	}
}

static bool has_tag(const struct row *row, const char *tag)
{
	for (size_t i = 0; i < row->tags.n; i++)
		if (!strcmp(row->tags.v[i], tag))
			return true;
	return false;
}

static void check_known(const struct reader *r, const struct rows *rows, const char *tag,
                        const char *at)
{
	struct near near = {.word = tag};

	for (size_t i = 0; i < rows->n; i++) {
		if (has_tag(&rows->v[i], tag) || vars_are_broken(&rows->v[i].vars))
			return;
		for (size_t k = 0; k < rows->v[i].tags.n; k++)
			near_try(&near, rows->v[i].tags.v[k]);
	}
	keys_wrong(r, at, "no row of the matrix has the tag '%s'", tag);
	keys_meant(r, &near, rows->v[0].at ? "" : "there is no matrix in this definition");
}

bool spec_row_in(const struct reader *r, const struct rows *rows, const struct row *row,
                 const struct texts *only, const char *at)
{
	bool in = false;

	for (size_t i = 0; i < only->n; i++) {
		check_known(r, rows, only->v[i], arena_printf(r->arena, "%s.only[%zu]", at, i));
		in = in || has_tag(row, only->v[i]);
	}
	return in || !only->v;
}
