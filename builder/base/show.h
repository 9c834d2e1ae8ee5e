// SPDX-License-Identifier: Apache-2.0
/* show: lines and steps put on stderr, in the way that suits whoever reads there.  Not for several
 * threads at once. */
#pragma once

#include "base/log.h"
#include "base/view.h"

enum show_mode { SHOW_LINES, SHOW_LIVE, SHOW_JSON };

/* What to write to a terminal to get rid of the live lines. */
#define SHOW_ERASE "\r\033[J"

/* One line of talk, above the live lines of `steps` if there are such. */
void show_line(enum show_mode mode, enum log_level level, const char *text,
               const struct view *steps);
/* The live lines anew; NULL: none are left. */
void show_live(const struct view *steps);
/* How far a step is, in words or as an event. */
void show_step(enum show_mode mode, const struct view *v);
/* SHOW_JSON: a step begins; ends, `size` being of what came of it. */
void show_begin(const struct view *v);
void show_end(const struct view *v, bool ok, uint64_t size);
