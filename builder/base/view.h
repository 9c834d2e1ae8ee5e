// SPDX-License-Identifier: Apache-2.0
/* view: how a step under way reads: a line of a terminal, or words in a log. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

struct view {
	struct view *next; /* that is shown below it */
	unsigned id;
	const char *verb, *name;
	const char *via;      /* the address or client in use; "": none */
	uint64_t done, total; /* bytes; total 0: not known */
	double rate;          /* bytes a second of late; 0: not known */
	double seconds;       /* since it began */
};

/* At most `width` columns, no line end: what matters least is cut off. */
void view_live(const struct view *v, unsigned width, struct buf *ret);
/* "fetch spark-3.5.9: 142.1 MB of 317.9 MB (44 %), 31.2 MB/s, 0:06 left" */
void view_words(const struct view *v, struct buf *ret);
/* Seconds until it is through at this rate; -1: nobody knows. */
long view_left(const struct view *v);
