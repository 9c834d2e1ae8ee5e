// SPDX-License-Identifier: Apache-2.0
/* log: the talk, one line at a time on stderr; results go to stdout and never through here.
 * Any thread may call these. */
#pragma once

#include <stdbool.h>

extern bool log_quiet; /* set once by main: no talk, warnings stay */

void log_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "317.9 MB", into one of a few static buffers a thread. */
const char *log_size(unsigned long long bytes);
