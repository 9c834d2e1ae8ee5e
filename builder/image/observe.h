// SPDX-License-Identifier: Apache-2.0
/* observe: what local files are now: the digest of everything that a layer of them depends on.
 * Contents are hashed once and remembered in the memo by inode, size and times, so that an
 * unchanged file costs a stat. */
#pragma once

#include "image/spec.h"

/* A folder of a `files` layer: names, kinds, owner's x bits, contents, links.  ret_list, if not
 * NULL, gets what is hashed: a JSON list of [name, "f" "x" "d" or "l", sha256 or target]. */
int observe_folder(struct store *s, const char *dir, struct buf *ret_list, struct digest *ret,
                   struct err *e);
/* A program: its contents. */
int observe_program(struct store *s, const char *path, struct digest *ret, struct err *e);

/* Where a program for this platform lies: $LILI_PROGRAMS, then DIR/out (or DIR/out/OS-ARCH for
 * another platform than the host's), then ../lib/lili beside lili itself.  *ret lives in `a`. */
int observe_find_program(const char *dir, const struct platform *platform, const char *name,
                         struct arena *a, const char **ret, struct err *e);
