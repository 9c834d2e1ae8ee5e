// SPDX-License-Identifier: Apache-2.0
#include "image/keys.h"

#include <stdarg.h>
#include <string.h>

#include "image/units.h"

#define NUMBER_MAX ((json_int_t)1 << 53) /* what every JSON reader can hold */

int keys_err(const struct reader *r, const char *at, struct err *e, const char *fmt, ...)
{
	AUTO(str) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	return err_set(e, ERR_SPEC, "%s: %s%s%s", r->file, at, *at ? ": " : "", text);
}

/* Puts file and place in front of what a leaf said. */
static int at_place(const struct reader *r, const char *at, struct err *e)
{
	return err_ctx(e, "%s: %s", r->file, at);
}

static int read_text(const struct reader *r, const json_t *j, const char *at, const char **ret,
                     struct err *e)
{
	if (!json_is_string(j))
		return keys_err(r, at, e, "should be a text");
	if (vars_expand(r->vars, arena_dup(r->arena, json_string_value(j)), r->arena, ret, e) < 0)
		return at_place(r, at, e);
	return 0;
}

static int read_path(const struct reader *r, const json_t *j, const char *at, const char **ret,
                     struct err *e)
{
	if (read_text(r, j, at, ret, e) < 0)
		return -1;
	if (units_path(*ret, r->arena, ret, e) < 0)
		return at_place(r, at, e);
	return 0;
}

static int read_list(const struct reader *r, const json_t *j, const char *at, bool one,
                     struct texts *ret, struct err *e)
{
	bool single = one && json_is_string(j);
	size_t n = single ? 1 : json_array_size(j);

	if (!single && !json_is_array(j))
		return keys_err(r, at, e, "should be a list of texts%s", one ? " or a text" : "");
	ret->v = arena_alloc(r->arena, n + 1, sizeof *ret->v);
	for (ret->n = 0; ret->n < n; ret->n++) {
		const char *place = single ? at : arena_printf(r->arena, "%s[%zu]", at, ret->n);

		if (read_text(r, single ? j : json_array_get(j, ret->n), place, &ret->v[ret->n],
		              e) < 0)
			return -1;
	}
	return 0;
}

static int read_pairs(const struct reader *r, const json_t *j, const char *at, struct pairs *ret,
                      struct err *e)
{
	const char *name;
	json_t *x;

	if (!json_is_object(j))
		return keys_err(r, at, e, "should be an object of texts");
	ret->v = arena_alloc(r->arena, json_object_size(j), sizeof *ret->v);
	json_object_foreach((json_t *)(uintptr_t)j, name, x)
	{
		struct pair *p = &ret->v[ret->n++];

		p->name = arena_dup(r->arena, name);
		if (read_text(r, x, arena_printf(r->arena, "%s.%s", at, name), &p->value, e) < 0)
			return -1;
	}
	return 0;
}

/* Numbers that are written as text, and digests. */
static int read_unit(const struct reader *r, const json_t *j, const char *at, enum key_type type,
                     void *to, struct err *e)
{
	struct number *number = to;
	const char *text = NULL;
	int rc;

	if (read_text(r, j, at, &text, e) < 0)
		return -1;
	if (type == KEY_SHA256)
		rc = digest_parse_hex(to, text, e);
	else if (type == KEY_SHA512)
		rc = units_sha512(text, to, e);
	else if (type == KEY_MODE)
		rc = units_mode(text, number, e);
	else
		rc = units_duration(text, number, e);
	return rc < 0 ? at_place(r, at, e) : 0;
}

static int read_objects(const struct reader *r, const json_t *j, const char *at,
                        const struct keys *keys, struct objects *ret, struct err *e)
{
	size_t i;
	json_t *x;

	if (!json_is_array(j))
		return keys_err(r, at, e, "should be a list of objects");
	ret->v = arena_alloc(r->arena, json_array_size(j), keys->size);
	json_array_foreach(j, i, x)
	{
		const char *place = arena_printf(r->arena, "%s[%zu]", at, i);

		if (keys_read(r, x, place, keys, (char *)ret->v + i * keys->size, e) < 0)
			return -1;
		ret->n++;
	}
	return 0;
}

/* The kind whose first key the object has; exactly one may fit. */
static const struct keys *kind_of(const struct reader *r, const json_t *j, const char *at,
                                  const struct keys *kinds, struct err *e)
{
	const struct keys *found = NULL;
	AUTO_DONE(buf) struct buf names = {0};

	for (const struct keys *k = kinds; k->what; k++) {
		buf_printf(&names, "%s%s", names.len ? ", " : "", k->v[0].name);
		if (!json_object_get(j, k->v[0].name))
			continue;
		if (found) {
			keys_err(r, at, e, "is %s or %s, not both", found->what, k->what);
			return NULL;
		}
		found = k;
	}
	if (!found)
		keys_err(r, at, e, "says not what it is: it should have one of %s",
		         buf_str(&names));
	return found;
}

static int read_kinds(const struct reader *r, const json_t *j, const char *at,
                      const struct keys *kinds, struct objects *ret, struct err *e)
{
	struct kind *to;
	size_t i;
	json_t *x;

	if (!json_is_array(j))
		return keys_err(r, at, e, "should be a list of objects");
	to = arena_alloc(r->arena, json_array_size(j), sizeof *to);
	json_array_foreach(j, i, x)
	{
		to[i].at = arena_printf(r->arena, "%s[%zu]", at, i);
		to[i].keys = kind_of(r, x, to[i].at, kinds, e);
		if (!to[i].keys)
			return -1;
		to[i].v = arena_alloc(r->arena, 1, to[i].keys->size);
		if (keys_read(r, x, to[i].at, to[i].keys, to[i].v, e) < 0)
			return -1;
	}
	*ret = (struct objects){to, i};
	return 0;
}

static int read_value(const struct reader *r, const json_t *j, const char *at, const struct key *k,
                      void *to, struct err *e)
{
	struct number *number = to;

	switch (k->type) {
	case KEY_IGNORED:
		return 0;
	case KEY_TEXT:
		return read_text(r, j, at, to, e);
	case KEY_PATH:
		return read_path(r, j, at, to, e);
	case KEY_LIST:
	case KEY_ONE_MORE:
		return read_list(r, j, at, k->type == KEY_ONE_MORE, to, e);
	case KEY_PAIRS:
		return read_pairs(r, j, at, to, e);
	case KEY_NUMBER:
		if (!json_is_integer(j) || json_integer_value(j) < 0 ||
		    json_integer_value(j) > NUMBER_MAX)
			return keys_err(r, at, e, "should be a whole number");
		*number = (struct number){true, (uint64_t)json_integer_value(j)};
		return 0;
	case KEY_MODE:
	case KEY_DURATION:
	case KEY_SHA256:
	case KEY_SHA512:
		return read_unit(r, j, at, k->type, to, e);
	case KEY_OBJECT:
		*(void **)to = arena_alloc(r->arena, 1, k->object->size);
		return keys_read(r, j, at, k->object, *(void **)to, e);
	case KEY_OBJECTS:
		return read_objects(r, j, at, k->object, to, e);
	case KEY_KINDS:
		return read_kinds(r, j, at, k->object, to, e);
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

int keys_read(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
              void *to, struct err *e)
{
	const char *name;
	json_t *x;

	if (!json_is_object(j))
		return keys_err(r, at, e, "should be an object");
	json_object_foreach((json_t *)(uintptr_t)j, name, x)
	{
		const struct key *k = find(keys, name);
		const char *place = arena_printf(r->arena, "%s%s%s", at, *at ? "." : "", name);

		if (!k)
			return keys_err(r, at, e, "%s has no key '%s'", keys->what, name);
		if (read_value(r, x, place, k, (char *)to + k->offset, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < keys->n; i++)
		if (keys->v[i].required && !json_object_get(j, keys->v[i].name))
			return keys_err(r, at, e, "'%s' is missing", keys->v[i].name);
	return 0;
}
