// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)16 << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

static void *must(void *p)
{
	if (!p) {
		fputs("lili: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *mem_alloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size ? size : 1));
}

void *mem_grow(void *p, size_t n, size_t size)
{
	return must(reallocarray(p, n ? n : 1, size));
}

char *mem_dup(const char *s)
{
	return must(strdup(s));
}

char *mem_printf(const char *fmt, ...)
{
	char *out = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&out, fmt, ap) < 0)
		out = NULL;
	va_end(ap);
	return must(out);
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	struct arena_chunk *c = a->head;
	size_t want;

	if (__builtin_mul_overflow(n, size, &want) || want > SIZE_MAX / 2)
		must(NULL);
	want = (want + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (!c || c->size - c->used < want) {
		size_t room = want > CHUNK ? want : CHUNK;

		c = mem_alloc(1, sizeof *c + room);
		c->size = room;
		c->next = a->head;
		a->head = c;
	}
	c->used += want;
	return c->bytes + c->used - want;
}

char *arena_dupn(struct arena *a, const char *s, size_t n)
{
	return memcpy(arena_alloc(a, n + 1, 1), s, n);
}

char *arena_dup(struct arena *a, const char *s)
{
	return arena_dupn(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *out;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	out = arena_alloc(a, (size_t)n + 1, 1);
	vsnprintf(out, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return out;
}

void arena_done(struct arena *a)
{
	while (a->head) {
		struct arena_chunk *next = a->head->next;

		free(a->head);
		a->head = next;
	}
}
