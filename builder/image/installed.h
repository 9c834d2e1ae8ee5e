// SPDX-License-Identifier: Apache-2.0
/* installed: which packages an image says it has: dpkg's records, one file each below
 * var/lib/dpkg/status.d, read out of the layers that hold them. */
#pragma once

#include "image/tree.h"

/* Is a path one of the records? */
bool installed_is_record(const char *path);
/* Adds to `ret` what the records say: name -> {"version", "arch"}.  Layers without any of them are
 * not opened. */
int installed_read(const struct view *v, const struct leaf *const *records, size_t n, json_t *ret,
                   struct err *e);
