// SPDX-License-Identifier: Apache-2.0
#include "image/document.h"

#include <fcntl.h>
#include <string.h>

#include "base/fs.h"

#define DOCUMENT_MAX ((size_t)4 << 20)

/* The scanner has seen most of what can be wrong: left are a number out of bounds and characters
 * that are none. */
static void parse(struct document *x, const char *text, size_t flags, struct complaints *c)
{
	json_error_t why;
	size_t at;

	x->json = json_loadb(text, x->page.len, flags, &why);
	if (x->json)
		return;
	at = why.position > 0 ? (size_t)why.position - 1 : 0;
	complaints_add(c, &x->page, at < x->page.len ? at : 0, at, "%s", why.text);
}

static void read_document(struct document *x, struct documents *d)
{
	AUTO_DONE(buf) struct buf text = {0};
	struct complaints *c = d->complaints;
	size_t before = c->n;
	struct err e = {0};

	if (fs_read_file(AT_FDCWD, x->page.file, DOCUMENT_MAX, &text, &e) < 0) {
		complaints_add_err(c, &e);
		return;
	}
	x->page.text = arena_dupn(d->arena, buf_str(&text), text.len);
	x->page.len = text.len;
	if (text.p)
		json_blank_comments(text.p);
	if (spots_scan(&x->spots, &x->page, buf_str(&text), c) < 0)
		return;
	if (!strchr("{[", buf_str(&text)[x->spots.v[0].at]))
		complaints_add(c, &x->page, x->spots.v[0].at, x->spots.v[0].end,
		               "should be an object");
	else /* keys given twice were complained of with their place: look at the rest */
		parse(x, buf_str(&text), c->n == before ? JSON_REJECT_DUPLICATES : 0, c);
}

const struct document *documents_get(struct documents *d, const char *file)
{
	struct document *x;

	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->v[i]->page.file, file))
			return d->v[i];
	x = arena_alloc(d->arena, 1, sizeof *x);
	x->page = (struct page){arena_dup(d->arena, file), "", 0};
	read_document(x, d);
	d->v = mem_grow(d->v, d->n + 1, sizeof(void *));
	d->v[d->n++] = x;
	return x;
}

const char *document_where(const struct document *d, const char *path, struct arena *a)
{
	return page_where(&d->page, spots_find(&d->spots, &d->page, path)->at, a);
}

void documents_done(struct documents *d)
{
	for (size_t i = 0; i < d->n; i++) {
		json_decref(d->v[i]->json);
		spots_done(&d->v[i]->spots);
	}
	free(d->v);
	*d = (struct documents){0};
}
