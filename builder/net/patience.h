// SPDX-License-Identifier: Apache-2.0
/* patience: how long a download waits: what http_policy says, read from the environment once. */
#pragma once

#include <stdint.h>
#include <time.h>

/* Sets http_policy from the environment. */
void patience_read(void);
/* Sleeps before the next try, `tried` being how many there were; retry_after: the server's wish in
 * seconds, 0: none. */
void patience_wait(unsigned tried, unsigned retry_after);
/* When a download of so many bytes (0: not known) has to be through: in ten minutes and as long as
 * it would take at 50 kB/s. */
time_t patience_end(uint64_t size);
