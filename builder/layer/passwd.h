// SPDX-License-Identifier: Apache-2.0
/* passwd: the texts of /etc/passwd and /etc/group.  No account in them can log in by password. */
#pragma once

#include "layer/kinds.h"

/* Appends what base-passwd's masters say (NULL: no such package, then root and nobody) and the
 * accounts behind it.  A name or number that is taken, and a name, home or shell that would break
 * the line, are ERR_SPEC. */
int passwd_write(const char *passwd_master, const char *group_master, const struct account *v,
                 size_t n, struct buf *ret_passwd, struct buf *ret_group, struct err *e);

/* What an account that does not say has. */
#define PASSWD_SHELL "/bin/sh"
/* "/home/USER" unless the account says. */
const char *passwd_home(const struct account *x, struct buf *b);
