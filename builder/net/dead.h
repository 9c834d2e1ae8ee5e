// SPDX-License-Identifier: Apache-2.0
/* dead: servers that could not be reached and are left alone for the rest of the run: waiting for
 * one of them again, file by file, only costs time.  Any thread may call these. */
#pragma once

#include <stdbool.h>

/* A server is what an address has up to its path, without a user. */
bool dead_has(const char *url);
/* false: it was known already. */
bool dead_add(const char *url);
