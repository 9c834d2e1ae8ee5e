// SPDX-License-Identifier: Apache-2.0
/* stop: an interrupt (SIGINT, SIGTERM).  The first asks everything under way to fail, so that its
 * owners tidy up on their way out; a second one, or a few seconds of patience, ends the process as
 * it is. */
#pragma once

#include "base/err.h"

/* Called once, by main; before it, and in unit tests, nobody is ever asked to stop. */
void stop_listen(void);
/* The signal; 0: none came. */
int stop_asked(void);
/* Readable from the interrupt on, for poll(2); -1 when nobody listens. */
int stop_fd(void);
/* -1 (ERR_SYS) from the interrupt on; whatever works or waits for long asks now and then. */
int stop_check(struct err *e);
/* Sleeps, but not past an interrupt. */
void stop_sleep(unsigned ms);
/* What is written to the terminal before the process ends at once; NULL: nothing. */
void stop_farewell(const char *bytes);
