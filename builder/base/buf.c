// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->len < n + 1) {
		b->cap = b->cap * 2 > b->len + n + 1 ? b->cap * 2 : b->len + n + 1;
		b->p = mem_grow(b->p, b->cap, 1);
	}
	b->p[b->len + n] = '\0';
	return b->p + b->len;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
	char *at = buf_room(b, n);

	if (n)
		memcpy(at, bytes, n);
	b->len += n;
}

void buf_add(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
	b->len += (size_t)n;
	va_end(again);
	va_end(ap);
}

const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
