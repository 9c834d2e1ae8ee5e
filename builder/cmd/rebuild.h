// SPDX-License-Identifier: Apache-2.0
/* rebuild: images built again from definitions and lock in a store of their own, which only shares
 * the payloads, and compared with those that are there. */
#pragma once

#include "cmd/cmd.h"

/* Prints what came of it; ERR_VERIFY when an image is another one.  Nothing is fetched. */
int rebuild(const struct common *c, char *const *names, size_t n, bool json, struct err *e);
