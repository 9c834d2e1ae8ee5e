// SPDX-License-Identifier: Apache-2.0
#include "layer/place.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

/* Does the pattern match the name or a folder above it? */
static bool matches(const char *pattern, const char *name)
{
	return fnmatch(pattern, name, FNM_PATHNAME | FNM_LEADING_DIR) == 0;
}

static bool any_matches(const char *const *patterns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (matches(patterns[i], name))
			return true;
	return false;
}

/* The part of `name` below `dir` ("" when they are one), NULL when it is elsewhere. */
static const char *below(const char *name, const char *dir)
{
	size_t n = strlen(dir);

	if (strncmp(name, dir, n) != 0)
		return NULL;
	if (!name[n])
		return name + n;
	return !n ? name : name[n] == '/' ? name + n + 1 : NULL;
}

static void join(struct buf *ret, const char *part)
{
	if (!*part)
		return;
	if (ret->len)
		buf_add(ret, "/");
	buf_add(ret, part);
}

int place_name(const struct place *p, const char *name, struct buf *ret)
{
	const struct place_map *best = NULL;

	for (unsigned i = 0; i < p->strip; i++) {
		name = strchr(name, '/');
		if (!name)
			return 0;
		name++;
	}
	if ((p->ninclude && !any_matches(p->include, p->ninclude, name)) ||
	    any_matches(p->exclude, p->nexclude, name))
		return 0;
	for (size_t i = 0; i < p->nmap; i++)
		if (below(name, p->map[i].from) &&
		    (!best || strlen(p->map[i].from) > strlen(best->from)))
			best = &p->map[i];
	ret->len = 0;
	join(ret, p->into ? p->into : "");
	if (best) {
		join(ret, best->to);
		name = below(name, best->from);
	}
	join(ret, name);
	return ret->len > 0;
}
