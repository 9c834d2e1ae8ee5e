// SPDX-License-Identifier: Apache-2.0
/* complaints: everything that is wrong with definitions, collected, so that one run names it all:
 * file, line and column, the line itself with the place marked, and what was probably meant. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/* A file as people wrote it. */
struct page {
	const char *file; /* "images/spark/image.json" */
	const char *text; /* ends with a NUL that does not count */
	size_t len;
};

struct complaint;
struct complaints {
	struct complaint *v; /* owned */
	size_t n;
	bool repeated; /* the last one was there already */
	struct arena *arena;
};
#define COMPLAINTS(a)                                                                              \
	(struct complaints)                                                                        \
	{                                                                                          \
		.arena = (a)                                                                       \
	}
void complaints_done(struct complaints *c);

/* What is wrong with bytes `at` to `end` of the page, which lives as long as the arena does.  The
 * same said twice of the same place is said once.  Returns -1. */
int complaints_add(struct complaints *c, const struct page *p, size_t at, size_t end,
                   const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* What is wrong without a place, or with a file that cannot be read.  Returns -1. */
int complaints_add_err(struct complaints *c, const struct err *e);
/* What to do about the last one.  Returns -1. */
int complaints_hint(struct complaints *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* 0 when there are none; else -1 and ERR_SPEC with all of them, in the order of files and places.
 */
int complaints_end(struct complaints *c, struct err *e);

/* "images/spark/image.json:6:3", in the arena. */
const char *page_where(const struct page *p, size_t at, struct arena *a);
