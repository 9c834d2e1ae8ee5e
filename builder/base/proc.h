// SPDX-License-Identifier: Apache-2.0
/* proc: the host's own clients (apt-get, pip) run to their end; never through a shell. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct proc {
	const char *const *argv; /* argv[0] is looked up in PATH; NULL at the end */
	const char *const *env;  /* "NAME=value" added to our environment; NULL or NULL-ended */
	const char *cwd;         /* NULL: ours */
	struct buf *out;         /* stdout is appended here; NULL: thrown away */
	void (*tick)(void *ctx); /* called about twice a second while it runs; NULL: not */
	void *tick_ctx;
};

/* stdin is /dev/null; stderr's last lines end up in `e` when the client fails.  A client that
 * cannot be started, fails or is killed is ERR_SYS; *ret_status, if not NULL, is then its exit
 * status (127: not found).  An interrupt ends it and all that it started. */
int proc_run(const struct proc *p, int *ret_status, struct err *e);
/* Is there an executable of this name in PATH? */
bool proc_exists(const char *name);
