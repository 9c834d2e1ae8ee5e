// SPDX-License-Identifier: Apache-2.0
/* paths: a layer's index of paths, kept in the store under the layer's diffID: one line an entry,
 * sorted by name, "TYPE MODE UID GID SIZE HEX NAME LINK" separated by tabs.  HEX is the sha256 of a
 * file's contents (for a hard link: its target's), "-" for other types. */
#pragma once

#include "store/entry.h"
#include "store/store.h"

struct path {
	struct entry entry; /* name and link belong to the paths */
	struct digest digest;
};

struct paths {
	struct path *v;
	size_t n, cap;
	struct arena *arena; /* owned */
};

void paths_add(struct paths *p, const struct entry *x, const struct digest *d);
/* Sorts by name (byte order). */
void paths_sort(struct paths *p);
const struct path *paths_find(const struct paths *p, const char *name); /* sorted only */
int paths_save(struct store *s, const struct digest *diff_id, struct paths *p, struct err *e);
/* ERR_VERIFY: not what paths_save wrote; *ret is then what it was. */
int paths_load(struct store *s, const struct digest *diff_id, struct paths *ret, struct err *e);
/* The same from memory. */
int paths_parse(const char *text, size_t n, struct paths *ret, struct err *e);
void paths_done(struct paths *p);
