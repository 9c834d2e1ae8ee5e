// SPDX-License-Identifier: Apache-2.0
#include "image/spots.h"

#include <string.h>

#include "base/base.h"

/* Deeper than any definition, and no danger to the stack. */
#define DEPTH_MAX 64

struct scan {
	struct spots *spots;
	const struct page *page;
	struct complaints *complaints;
	const char *text;
	size_t at, len;
	size_t comma; /* the last one seen */
};

static void skip_blanks(struct scan *s)
{
	while (s->at < s->len && strchr(" \t\r\n", s->text[s->at]) && s->text[s->at])
		s->at++;
}

/* The next character that means something; NUL at the end, where it is none of JSON's. */
static char next(struct scan *s)
{
	skip_blanks(s);
	return s->at < s->len ? s->text[s->at] : '\0';
}

static int wrong(const struct scan *s, size_t at, size_t end, const char *what)
{
	return complaints_add(s->complaints, s->page, at, end, "%s", what);
}

/* What should stand here does not. */
static int expected(struct scan *s, const char *what)
{
	struct complaints *c = s->complaints;
	char found = next(s);
	size_t n = 1;

	if (s->at >= s->len)
		return complaints_add(c, s->page, s->len, s->len,
		                      "the file ends where %s should be", what);
	if (strchr("]}", found) && s->comma != SPOT_NONE && *what != '\'')
		return complaints_add(c, s->page, s->comma, s->comma + 1,
		                      "nothing follows this comma but '%c'", found);
	while (s->at + n < s->len && ((unsigned char)s->text[s->at + n] & 0xc0) == 0x80)
		n++;
	complaints_add(c, s->page, s->at, s->at + n, "%s should be here, not '%.*s'", what, (int)n,
	               s->text + s->at);
	if (found == '\'')
		complaints_hint(c, "texts stand in double quotes");
	if (found == '/' || found == '#')
		complaints_hint(c, "comments begin with //");
	return -1;
}

static int scan_string(struct scan *s)
{
	size_t begin = s->at++;

	for (; s->at < s->len && s->text[s->at] != '"'; s->at++) {
		const char *p = s->text + s->at;

		if ((unsigned char)*p < ' ')
			break;
		if (*p != '\\')
			continue;
		if (!p[1] || !strchr("\"\\/bfnrtu", p[1]))
			return wrong(s, s->at, s->at + 2, "a backslash says nothing here");
		if (p[1] == 'u' && strspn(p + 2, "0123456789abcdefABCDEF") < 4)
			return wrong(s, s->at, s->at + 2, "\\u wants four hex digits");
		s->at++;
	}
	if (s->at >= s->len || s->text[s->at] != '"')
		return wrong(s, begin, s->at, "this text does not end on its line");
	s->at++;
	return 0;
}

static size_t digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* RFC 8259, 6. */
static int scan_number(struct scan *s)
{
	const char *begin = s->text + s->at, *p = begin + (*begin == '-');
	size_t n = digits(p);
	bool good = n == 1 || (n && *p != '0');

	p += n;
	if (*p == '.') {
		good = good && digits(p + 1);
		p += 1 + digits(p + 1);
	}
	if (*p == 'e' || *p == 'E') {
		p += 1 + (p[1] == '-' || p[1] == '+');
		good = good && digits(p);
		p += digits(p);
	}
	s->at += (size_t)(p - begin);
	return good ? 0
	            : wrong(s, (size_t)(begin - s->text), s->at,
	                    "this is no number as JSON has it");
}

static int scan_word(struct scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *p = s->text + s->at;
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == n && !memcmp(p, words[i], n)) {
			s->at += n;
			return 0;
		}
	if (!n)
		return expected(s, "a value");
	wrong(s, s->at, s->at + n, "this is no value");
	return complaints_hint(s->complaints, "texts stand in double quotes");
}

static size_t add(struct scan *s, size_t parent, size_t index)
{
	struct spots *p = s->spots;

	if (!(p->n & (p->n - 1)))
		p->v = mem_grow(p->v, p->n ? p->n * 2 : 1, sizeof *p->v);
	p->v[p->n] = (struct spot){parent, index, s->at, s->at, s->at, s->at};
	return p->n++;
}

static bool same_key(const struct scan *s, const struct spot *a, const struct spot *b)
{
	size_t n = a->key_end - a->key;

	return b->key_end - b->key == n && !memcmp(s->text + a->key, s->text + b->key, n);
}

static void check_twice(struct scan *s, size_t me)
{
	const struct spot *v = s->spots->v;

	for (size_t i = v[me].parent + 1; i < me; i++) {
		size_t line = 1;

		if (v[i].parent != v[me].parent || !same_key(s, &v[i], &v[me]))
			continue;
		for (size_t k = 0; k < v[i].key; k++)
			line += s->text[k] == '\n';
		complaints_add(s->complaints, s->page, v[me].key, v[me].key_end,
		               "this key was there already, on line %zu", line);
		return;
	}
}

static int scan_value(struct scan *s, size_t me, unsigned depth);

static int scan_member(struct scan *s, size_t parent, unsigned depth)
{
	size_t me;

	if (next(s) != '"')
		return expected(s, "a key in double quotes");
	me = add(s, parent, SPOT_NONE);
	if (scan_string(s) < 0)
		return -1;
	s->spots->v[me].key_end = s->at;
	check_twice(s, me);
	if (next(s) != ':')
		return expected(s, "':'");
	s->at++;
	s->comma = SPOT_NONE;
	return scan_value(s, me, depth);
}

/* Members up to `close`, of an object or a list. */
static int scan_all(struct scan *s, size_t me, char close, unsigned depth)
{
	bool is_list = close == ']';
	size_t n = 0;

	if (depth == DEPTH_MAX)
		return wrong(s, s->at, s->at + 1, "this is nested too deeply");
	s->at++;
	s->comma = SPOT_NONE;
	if (next(s) == close) {
		s->at++;
		return 0;
	}
	for (;;) {
		next(s);
		if ((is_list ? scan_value(s, add(s, me, n++), depth + 1)
		             : scan_member(s, me, depth + 1)) < 0)
			return -1;
		if (next(s) == close) {
			s->at++;
			return 0;
		}
		if (next(s) != ',')
			return expected(s, is_list ? "',' or ']'" : "',' or '}'");
		s->comma = s->at++;
	}
}

static int scan_value(struct scan *s, size_t me, unsigned depth)
{
	char c = next(s);
	int rc;

	s->spots->v[me].at = s->at;
	if (c == '{')
		rc = scan_all(s, me, '}', depth);
	else if (c == '[')
		rc = scan_all(s, me, ']', depth);
	else if (c == '"')
		rc = scan_string(s);
	else if (c == '-' || (c >= '0' && c <= '9'))
		rc = scan_number(s);
	else
		rc = scan_word(s);
	s->spots->v[me].end = s->at;
	if (s->spots->v[me].index != SPOT_NONE)
		s->spots->v[me].key_end = s->at;
	return rc;
}

int spots_scan(struct spots *p, const struct page *page, const char *text, struct complaints *c)
{
	struct scan s = {p, page, c, text, 0, page->len, SPOT_NONE};

	*p = (struct spots){0};
	next(&s);
	if (scan_value(&s, add(&s, SPOT_NONE, SPOT_NONE), 0) < 0)
		return -1;
	next(&s);
	return s.at < s.len ? expected(&s, "the end of the file") : 0;
}

/* How much of the path is the step from a parent to this place; 0: it leads elsewhere. */
static size_t step(const struct spot *x, const struct page *page, const char *path, bool first)
{
	char index[32];
	size_t n, dot = !first && *path == '.';

	if (x->index != SPOT_NONE) {
		n = (size_t)snprintf(index, sizeof index, "[%zu]", x->index);
		return strncmp(path, index, n) ? 0 : n;
	}
	n = x->key_end - x->key < 2 ? 0 : x->key_end - x->key - 2; /* without its quotes */
	path += dot;
	if (!n || dot == first || strncmp(path, page->text + x->key + 1, n) != 0 ||
	    !strchr(".[", path[n]))
		return 0;
	return dot + n;
}

const struct spot *spots_find(const struct spots *p, const struct page *page, const char *path)
{
	size_t at = 0;

	while (*path) {
		size_t best = 0, longest = 0;

		/* "a" and "a.b" may both be keys. */
		for (size_t i = at + 1; i < p->n; i++) {
			size_t n = p->v[i].parent == at ? step(&p->v[i], page, path, at == 0) : 0;

			if (n > longest) {
				longest = n;
				best = i;
			}
		}
		if (!best)
			break;
		at = best;
		path += longest;
	}
	return &p->v[at];
}

void spots_done(struct spots *p)
{
	free(p->v);
	*p = (struct spots){0};
}
