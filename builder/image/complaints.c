// SPDX-License-Identifier: Apache-2.0
#include "image/complaints.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/base.h"
#include "base/buf.h"

/* What of a long line is shown: so much before the place, so much in all. */
#define BEFORE_MAX 100
#define SHOWN_MAX 160

struct complaint {
	const struct page *page; /* NULL: about no place */
	size_t at, end;
	size_t order;  /* of its page among the pages */
	size_t number; /* of itself */
	const char *what, *hint;
};

void complaints_done(struct complaints *c)
{
	free(c->v);
	*c = (struct complaints){.arena = c->arena};
}

/* For a terminal: no control characters, whatever the definition has. */
__attribute__((format(printf, 2, 0))) static const char *clean(struct arena *a, const char *fmt,
                                                               va_list ap)
{
	AUTO(str) char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	for (char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	return arena_dup(a, text);
}

static size_t page_order(const struct complaints *c, const struct page *p)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].page == p)
			return c->v[i].order;
	return c->n;
}

static int add(struct complaints *c, const struct complaint *x)
{
	for (size_t i = 0; i < c->n; i++) {
		c->repeated = c->v[i].page == x->page && c->v[i].at == x->at &&
		              !strcmp(c->v[i].what, x->what);
		if (c->repeated)
			return -1;
	}
	c->repeated = false;
	c->v = mem_grow(c->v, c->n + 1, sizeof *c->v);
	c->v[c->n] = *x;
	c->v[c->n].order = page_order(c, x->page);
	c->v[c->n].number = c->n;
	c->n++;
	return -1;
}

int complaints_add(struct complaints *c, const struct page *p, size_t at, size_t end,
                   const char *fmt, ...)
{
	struct complaint x = {.page = p, .at = at, .end = end, .hint = ""};
	va_list ap;

	va_start(ap, fmt);
	x.what = clean(c->arena, fmt, ap);
	va_end(ap);
	return add(c, &x);
}

int complaints_add_err(struct complaints *c, const struct err *e)
{
	const struct complaint x = {
		.what = arena_dup(c->arena, e->msg),
		.hint = arena_dup(c->arena, e->hint),
	};

	return add(c, &x);
}

int complaints_hint(struct complaints *c, const char *fmt, ...)
{
	va_list ap;

	if (c->repeated)
		return -1;
	va_start(ap, fmt);
	c->v[c->n - 1].hint = clean(c->arena, fmt, ap);
	va_end(ap);
	return -1;
}

static bool is_tail(char c) /* of a character of several bytes */
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where the line begins that has the place in it; its number and the place's column, from 1. */
static size_t find_line(const struct page *p, size_t at, size_t *ret_line, size_t *ret_column)
{
	size_t begin = 0;

	*ret_line = *ret_column = 1;
	for (size_t i = 0; i < at && i < p->len; i++) {
		*ret_column += !is_tail(p->text[i]);
		if (p->text[i] == '\n') {
			++*ret_line;
			*ret_column = 1;
			begin = i + 1;
		}
	}
	return begin;
}

const char *page_where(const struct page *p, size_t at, struct arena *a)
{
	size_t line, column;

	find_line(p, at, &line, &column);
	return arena_printf(a, "%s:%zu:%zu", p->file, line, column);
}

/* The line with the place marked below. */
static void excerpt(const struct complaint *x, struct buf *to)
{
	size_t line, column, begin = find_line(x->page, x->at, &line, &column), end;
	const char *text = x->page->text;
	int gutter = snprintf(NULL, 0, "%zu", line);

	if (x->at - begin > BEFORE_MAX)
		for (begin = x->at - BEFORE_MAX; is_tail(text[begin]);)
			begin++;
	end = begin + strcspn(text + begin, "\r\n");
	if (end - begin > SHOWN_MAX)
		for (end = begin + SHOWN_MAX; is_tail(text[end]);)
			end--;
	buf_printf(to, "%*s |\n%zu | ", gutter, "", line);
	for (size_t i = begin; i < end; i++)
		buf_put(to, iscntrl((unsigned char)text[i]) && text[i] != '\t' ? "?" : text + i, 1);
	buf_printf(to, "\n%*s | ", gutter, "");
	for (size_t i = begin; i < x->at; i++)
		if (!is_tail(text[i]))
			buf_put(to, text[i] == '\t' ? "\t" : " ", 1);
	buf_add(to, "^");
	for (size_t i = x->at + 1; i < x->end && i < end; i++)
		if (!is_tail(text[i]))
			buf_add(to, "^");
	buf_add(to, "\n");
}

static int by_place(const void *a, const void *b)
{
	const struct complaint *x = a, *y = b;

	if (x->order != y->order)
		return (x->order > y->order) - (x->order < y->order);
	if (x->at != y->at)
		return (x->at > y->at) - (x->at < y->at);
	return (x->number > y->number) - (x->number < y->number);
}

static const char *headline(const struct complaint *x, struct arena *a)
{
	if (!x->page)
		return x->what;
	return arena_printf(a, "%s: %s", page_where(x->page, x->at, a), x->what);
}

int complaints_end(struct complaints *c, struct err *e)
{
	struct buf text = {0};

	if (!c->n)
		return 0;
	qsort(c->v, c->n, sizeof *c->v, by_place);
	err_set(e, ERR_SPEC, "%s", headline(&c->v[0], c->arena));
	for (size_t i = 0; i < c->n; i++) {
		const struct complaint *x = &c->v[i];

		if (i)
			buf_printf(&text, "lili: %s\n", headline(x, c->arena));
		if (x->page)
			excerpt(x, &text);
		if (*x->hint && i + 1 < c->n)
			buf_printf(&text, "hint: %s\n", x->hint);
		else if (*x->hint)
			err_hint(e, "%s", x->hint);
	}
	/* The text is empty when all there is has no place. */
	return text.p ? err_below(e, text.p) : -1;
}
