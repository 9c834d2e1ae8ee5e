// SPDX-License-Identifier: Apache-2.0
/* usrmerge: packages still name files in /bin, /sbin and /lib*, which are links to the folders of
 * that name in /usr: entries go where the links lead, for an entry named lib/ would hide the link.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "store/entry.h"

/* The links an amd64 or arm64 system of Debian has, each to usr/NAME. */
extern const char *const usrmerge_links[];
extern const size_t usrmerge_nlinks;

/* Rewrites name and link in place; the new strings are in the buffers.  False: the entry is one of
 * the links itself, which the lowest layer makes. */
bool usrmerge_entry(struct entry *x, struct buf *name, struct buf *link);
