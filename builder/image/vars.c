// SPDX-License-Identifier: Apache-2.0
#include "image/vars.h"

#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/near.h"

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

int vars_read(struct vars *v, const char *const *sets, size_t n, struct arena *a, struct err *e)
{
	v->v = arena_alloc(a, n, sizeof *v->v);
	for (size_t i = 0; i < n; i++) {
		size_t len = strspn(sets[i], NAME_CHARS);

		if (!len || sets[i][len] != '=')
			return err_set(e, ERR_USAGE, "--set %s: not NAME=VALUE", sets[i]);
		v->v[i].name = arena_dupn(a, sets[i], len);
		v->v[i].value = sets[i] + len + 1;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(v->v[k].name, v->v[i].name))
				return err_set(e, ERR_USAGE, "--set %s: given twice", v->v[i].name);
		v->n++;
	}
	return 0;
}

bool vars_is_name(const char *text)
{
	return *text && !text[strspn(text, NAME_CHARS)];
}

bool vars_are_broken(const struct vars *v)
{
	for (; v; v = v->outer)
		if (v->broken)
			return true;
	return false;
}

struct var *vars_find(struct vars *v, const char *name, size_t len)
{
	for (; v; v = v->outer)
		for (size_t i = 0; i < v->n; i++)
			if (strlen(v->v[i].name) == len && !memcmp(v->v[i].name, name, len)) {
				v->asked++;
				return &v->v[i];
			}
	return NULL;
}

static int not_set(const struct vars *v, const char *name, size_t len, struct err *e)
{
	AUTO(str) char *word = mem_printf("%.*s", (int)len, name);
	struct near near = {.word = word};

	for (; v; v = v->outer)
		for (size_t i = 0; i < v->n; i++)
			near_try(&near, v->v[i].name);
	err_set(e, ERR_SPEC, "variable %s is not set", word);
	if (near.best)
		return err_hint(e, "did you mean ${%s}?", near.best);
	return err_hint(e, "--set %s=VALUE, or write a default: ${%s:-VALUE}", word, word);
}

/* `p` stands behind "${"; *ret_end behind the closing brace. */
static int expand_one(struct vars *v, const char *p, struct buf *to, const char **ret_end,
                      struct err *e)
{
	size_t len = strspn(p, NAME_CHARS);
	bool has_default = !strncmp(p + len, ":-", 2);
	const char *rest = p + len + (has_default ? 2 : 0), *end = strchr(rest, '}');
	struct var *var = vars_find(v, p, len);

	if (!len || !end || (!has_default && end != rest))
		return err_set(e, ERR_SPEC, "'${%.40s' is not ${NAME} or ${NAME:-default}", p);
	if (var)
		var->used = true;
	/* As in a shell, ":-" stands in for an empty value too. */
	if (var && (*var->value || !has_default))
		buf_add(to, var->value);
	else if (has_default)
		buf_put(to, rest, (size_t)(end - rest));
	else
		return not_set(v, p, len, e);
	*ret_end = end + 1;
	return 0;
}

int vars_expand(struct vars *v, const char *text, struct arena *a, const char **ret, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};

	if (!strstr(text, "${")) {
		*ret = text;
		return 0;
	}
	for (const char *p = text; *p;) {
		if (!strncmp(p, "$${", 3)) {
			buf_add(&b, "${");
			p += 3;
		} else if (!strncmp(p, "${", 2)) {
			if (expand_one(v, p + 2, &b, &p, e) < 0)
				return -1;
		} else {
			buf_put(&b, p++, 1);
		}
	}
	*ret = arena_dup(a, buf_str(&b));
	return 0;
}

int vars_check_used(const struct vars *v, struct err *e)
{
	for (size_t i = 0; i < v->n; i++)
		if (!v->v[i].used)
			return err_set(e, ERR_USAGE,
			               "--set %s: no definition asked for has such a variable",
			               v->v[i].name);
	return 0;
}
