// SPDX-License-Identifier: Apache-2.0
/* log: the talk, one line at a time on stderr; results go to stdout and never through here.
 * Any thread may call these. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

extern bool log_quiet;  /* set once by main: no talk, warnings stay */
extern bool log_colour; /* the words in front of a line stand out */

enum log_level { LOG_SAY, LOG_WARN, LOG_ERROR, LOG_HINT };
/* Where a line goes; NULL: to stderr.  Set by progress, which may have to make room for it. */
extern void (*log_sink)(enum log_level level, const char *text);

void log_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What ended the program, and what to do next: for main alone. */
void log_error(const struct err *e);

/* "warning: ", coloured or not; "" for talk. */
const char *log_prefix(enum log_level level);
/* "317.9 MB", into one of a few static buffers a thread. */
const char *log_size(unsigned long long bytes);
