// SPDX-License-Identifier: Apache-2.0
/* mem: memory that is there or the process is not: running out aborts here and nowhere else. */
#pragma once

#include <stddef.h>

/* n objects of `size` bytes, zeroed; the caller frees. */
void *mem_alloc(size_t n, size_t size) __attribute__((returns_nonnull));
/* As reallocarray; what is new is not zeroed. */
void *mem_grow(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
char *mem_dup(const char *s) __attribute__((returns_nonnull));
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* arena: what lives as long as a command's work; freed all at once. */
struct arena {
	struct arena_chunk *head;
};

void *arena_alloc(struct arena *a, size_t n, size_t size); /* zeroed */
char *arena_dup(struct arena *a, const char *s);
char *arena_dupn(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_done(struct arena *a);
