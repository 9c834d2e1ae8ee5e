// SPDX-License-Identifier: Apache-2.0
/* lock_file: the lock's document, read into a lock and written from one. */
#pragma once

#include "image/lock.h"

/* Takes one platform's part of the document (NULL: nothing yet) into `l`, which is empty. */
int lock_parse(struct lock *l, const json_t *part, struct err *e);
void lock_print(const struct lock *l, struct buf *ret);
/* What is in the lock now is what the file says. */
void lock_settle(struct lock *l);
