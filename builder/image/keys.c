// SPDX-License-Identifier: Apache-2.0
#include "image/keys.h"

#include <stdarg.h>
#include <string.h>

#include "image/units.h"

__attribute__((format(printf, 4, 0))) static int complain(const struct reader *r, const char *at,
                                                          bool of_key, const char *fmt, va_list ap)
{
	AUTO(str) char *text = NULL;
	const struct spot *p = spots_find(&r->doc->spots, &r->doc->page, at);
	size_t begin = of_key ? p->key : p->at, end = of_key ? p->key_end : p->end;
	char first = r->doc->page.text[begin];

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	if (first == '{' || first == '[')
		end = begin + 1;
	return complaints_add(r->complaints, &r->doc->page, begin, end, "%s", text);
}

int keys_wrong(const struct reader *r, const char *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(r, at, false, fmt, ap);
	va_end(ap);
	return -1;
}

int keys_wrong_key(const struct reader *r, const char *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(r, at, true, fmt, ap);
	va_end(ap);
	return -1;
}

int keys_wrong_err(const struct reader *r, const char *at, const struct err *e)
{
	keys_wrong(r, at, "%s", e->msg);
	if (e->hint[0])
		complaints_hint(r->complaints, "%s", e->hint);
	return -1;
}

void keys_meant(const struct reader *r, const struct near *near, const char *otherwise)
{
	if (near->best)
		complaints_hint(r->complaints, "did you mean '%s'?", near->best);
	else if (*otherwise)
		complaints_hint(r->complaints, "%s", otherwise);
}

static const char *type_name(const json_t *j)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a text";
	case JSON_INTEGER:
		return "a number";
	case JSON_REAL:
		return "a fraction";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a truth value";
	case JSON_NULL:
		return "nothing";
	}
	abort();
}

static int wrong_type(const struct reader *r, const char *at, const char *want, const json_t *j)
{
	return keys_wrong(r, at, "should be %s, not %s", want, type_name(j));
}

static int read_text(const struct reader *r, const json_t *j, const char *at, const char **ret)
{
	struct err e = {0};

	if (!json_is_string(j))
		return wrong_type(r, at, "a text", j);
	if (vars_expand(r->vars, arena_dup(r->arena, json_string_value(j)), r->arena, ret, &e) == 0)
		return 0;
	/* What a variable would be, had it been set as it should: nobody knows. */
	return vars_are_broken(r->vars) ? -1 : keys_wrong_err(r, at, &e);
}

static int read_path(const struct reader *r, const json_t *j, const char *at, const char **ret)
{
	const char *text = NULL;
	struct err e = {0};

	if (read_text(r, j, at, &text) < 0)
		return -1;
	if (units_path(text, r->arena, ret, &e) < 0)
		return keys_wrong_err(r, at, &e);
	return 0;
}

static int read_list(const struct reader *r, const json_t *j, const char *at, bool one,
                     struct texts *ret)
{
	bool single = one && json_is_string(j);
	size_t n = single ? 1 : json_array_size(j);
	int rc = 0;

	if (!single && !json_is_array(j))
		return wrong_type(r, at, one ? "a list of texts or a text" : "a list of texts", j);
	ret->v = arena_alloc(r->arena, n + 1, sizeof *ret->v);
	for (ret->n = 0; ret->n < n; ret->n++) {
		const char *place = single ? at : arena_printf(r->arena, "%s[%zu]", at, ret->n);

		if (read_text(r, single ? j : json_array_get(j, ret->n), place, &ret->v[ret->n]) <
		    0)
			rc = -1;
	}
	/* No half of it goes on to checks that would complain again. */
	if (rc < 0)
		*ret = (struct texts){0};
	return rc;
}

static int read_pairs(const struct reader *r, const json_t *j, const char *at, struct pairs *ret)
{
	const char *name;
	json_t *x;
	int rc = 0;

	if (!json_is_object(j))
		return wrong_type(r, at, "an object of texts", j);
	ret->v = arena_alloc(r->arena, json_object_size(j), sizeof *ret->v);
	json_object_foreach((json_t *)(uintptr_t)j, name, x)
	{
		struct pair *p = &ret->v[ret->n++];

		*p = (struct pair){arena_dup(r->arena, name), NULL};
		if (read_text(r, x, arena_printf(r->arena, "%s.%s", at, name), &p->value) < 0)
			rc = -1;
	}
	return rc;
}

/* Numbers that are written as text, and digests. */
static int read_unit(const struct reader *r, const json_t *j, const char *at, enum key_type type,
                     void *to)
{
	struct number *number = to;
	const char *text = NULL;
	struct err e = {0};
	int rc;

	if (read_text(r, j, at, &text) < 0)
		return -1;
	if (type == KEY_SHA256)
		rc = digest_parse_hex(to, text, &e);
	else if (type == KEY_SHA512)
		rc = units_sha512(text, to, &e);
	else if (type == KEY_MODE)
		rc = units_mode(text, number, &e);
	else
		rc = units_duration(text, number, &e);
	return rc < 0 ? keys_wrong_err(r, at, &e) : 0;
}

static int read_number(const struct reader *r, const json_t *j, const char *at, struct number *ret)
{
	if (!json_is_integer(j))
		return wrong_type(r, at, "a whole number", j);
	if (json_integer_value(j) < 0 || json_integer_value(j) > NUMBER_MAX)
		return keys_wrong(r, at, "should be a whole number from 0 to 2^53");
	*ret = (struct number){true, (uint64_t)json_integer_value(j)};
	return 0;
}

static int read_objects(const struct reader *r, const json_t *j, const char *at,
                        const struct keys *keys, struct objects *ret)
{
	size_t i;
	json_t *x;
	int rc = 0;

	if (!json_is_array(j))
		return wrong_type(r, at, "a list of objects", j);
	ret->v = arena_alloc(r->arena, json_array_size(j), keys->size);
	json_array_foreach(j, i, x)
	{
		const char *place = arena_printf(r->arena, "%s[%zu]", at, i);

		if (keys_read(r, x, place, keys, (char *)ret->v + i * keys->size) < 0)
			rc = -1;
		ret->n++;
	}
	return rc;
}

static const struct keys *no_kind(const struct reader *r, const json_t *j, const char *at,
                                  const struct keys *kinds)
{
	AUTO_DONE(buf) struct buf names = {0};
	const char *name;
	json_t *x;

	for (const struct keys *k = kinds; k->what; k++)
		buf_printf(&names, "%s'%s'", names.len ? ", " : "", k->v[0].name);
	json_object_foreach((json_t *)(uintptr_t)j, name, x)
	{
		struct near near = {.word = name};

		for (const struct keys *k = kinds; k->what; k++)
			near_try(&near, k->v[0].name);
		if (!near.best)
			continue;
		keys_wrong_key(r, arena_printf(r->arena, "%s.%s", at, name),
		               "no layer has a key '%s'", name);
		keys_meant(r, &near, "");
		return NULL;
	}
	keys_wrong(r, at, "says not what it is: it should have one of %s", buf_str(&names));
	return NULL;
}

/* The kind whose first key the object has; exactly one may fit. */
static const struct keys *kind_of(const struct reader *r, const json_t *j, const char *at,
                                  const struct keys *kinds)
{
	const struct keys *found = NULL;

	if (!json_is_object(j)) {
		wrong_type(r, at, "an object", j);
		return NULL;
	}
	for (const struct keys *k = kinds; k->what; k++) {
		if (!json_object_get(j, k->v[0].name))
			continue;
		if (found) {
			keys_wrong(r, at, "is %s or %s, not both", found->what, k->what);
			return NULL;
		}
		found = k;
	}
	return found ? found : no_kind(r, j, at, kinds);
}

static int read_kinds(const struct reader *r, const json_t *j, const char *at,
                      const struct keys *kinds, struct objects *ret)
{
	struct kind *to;
	size_t i;
	json_t *x;
	int rc = 0;

	if (!json_is_array(j))
		return wrong_type(r, at, "a list of objects", j);
	to = arena_alloc(r->arena, json_array_size(j), sizeof *to);
	json_array_foreach(j, i, x)
	{
		size_t asked = r->vars->asked;

		to[i].at = arena_printf(r->arena, "%s[%zu]", at, i);
		to[i].keys = kind_of(r, x, to[i].at, kinds);
		if (to[i].keys)
			to[i].v = arena_alloc(r->arena, 1, to[i].keys->size);
		if (!to[i].keys || keys_read(r, x, to[i].at, to[i].keys, to[i].v) < 0)
			rc = -1;
		to[i].varies = r->vars->asked != asked;
	}
	*ret = (struct objects){to, i};
	return rc;
}

static int read_value(const struct reader *r, const json_t *j, const char *at, const struct key *k,
                      void *to)
{
	switch (k->type) {
	case KEY_IGNORED:
		return 0;
	case KEY_TEXT:
		return read_text(r, j, at, to);
	case KEY_PATH:
		return read_path(r, j, at, to);
	case KEY_LIST:
	case KEY_ONE_MORE:
		return read_list(r, j, at, k->type == KEY_ONE_MORE, to);
	case KEY_PAIRS:
		return read_pairs(r, j, at, to);
	case KEY_NUMBER:
		return read_number(r, j, at, to);
	case KEY_MODE:
	case KEY_DURATION:
	case KEY_SHA256:
	case KEY_SHA512:
		return read_unit(r, j, at, k->type, to);
	case KEY_OBJECT:
		*(void **)to = arena_alloc(r->arena, 1, k->object->size);
		return keys_read(r, j, at, k->object, *(void **)to);
	case KEY_OBJECTS:
		return read_objects(r, j, at, k->object, to);
	case KEY_KINDS:
		return read_kinds(r, j, at, k->object, to);
	}
	abort();
}

static const struct key *find(const struct keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (!strcmp(keys->v[i].name, name))
			return &keys->v[i];
	return NULL;
}

/* A key's place in the file. */
static const char *below(const struct reader *r, const char *at, const char *name)
{
	return arena_printf(r->arena, "%s%s%s", at, *at ? "." : "", name);
}

/* *ret_meant, unless NULL: the key it was probably meant to be. */
static int no_key(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
                  const char *name, const char **ret_meant)
{
	struct near near = {.word = name};

	for (size_t i = 0; i < keys->n; i++)
		if (!json_object_get(j, keys->v[i].name))
			near_try(&near, keys->v[i].name);
	keys_wrong_key(r, below(r, at, name), "%s has no key '%s'", keys->what, name);
	keys_meant(r, &near, "");
	*ret_meant = near.best;
	return -1;
}

static bool is_skipped(const struct reader *r, const char *at, const char *name)
{
	for (const char *const *p = r->skip; p && *p && !*at; p++)
		if (!strcmp(*p, name))
			return true;
	return false;
}

int keys_read_one(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
                  const char *name, void *to)
{
	const struct key *k = find(keys, name);
	const json_t *x = json_object_get(j, name);

	return x ? read_value(r, x, below(r, at, name), k, (char *)to + k->offset) : 0;
}

int keys_read(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
              void *to)
{
	const char *name, **meant;
	size_t nmeant = 0;
	json_t *x;
	int rc = 0;

	if (!json_is_object(j))
		return wrong_type(r, at, "an object", j);
	meant = arena_alloc(r->arena, json_object_size(j), sizeof *meant);
	json_object_foreach((json_t *)(uintptr_t)j, name, x)
	{
		const struct key *k = find(keys, name);

		if (!k)
			rc = no_key(r, j, at, keys, name, &meant[nmeant++]);
		else if (!is_skipped(r, at, name) &&
		         read_value(r, x, below(r, at, name), k, (char *)to + k->offset) < 0)
			rc = -1;
	}
	for (size_t i = 0; i < keys->n; i++) {
		bool said = false;

		if (!keys->v[i].required || json_object_get(j, keys->v[i].name))
			continue;
		for (size_t m = 0; m < nmeant; m++)
			said = said || meant[m] == keys->v[i].name;
		rc = said ? -1 : keys_wrong(r, at, "'%s' is missing", keys->v[i].name);
	}
	return rc;
}
