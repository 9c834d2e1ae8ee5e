// SPDX-License-Identifier: Apache-2.0
/* buf: bytes that grow; always followed by a NUL that does not count, so text is a C string. */
#pragma once

#include <stddef.h>

struct buf {
	char *p; /* NULL while empty and never grown; use buf_str for text */
	size_t len, cap;
};

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_add(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes; the caller writes them at the result and adds to len. */
char *buf_room(struct buf *b, size_t n);
const char *buf_str(const struct buf *b); /* "" when empty */
void buf_done(struct buf *b);
