// SPDX-License-Identifier: Apache-2.0
/* ldcache: the loader's cache (glibc's "glibc-ld.so.cache1.1", as its dl-cache.h has it): every
 * library of the configured folders under its file's name.  A name in two folders is the first
 * one's, so a loader with the cache finds what it would find by searching them. */
#pragma once

#include "layer/debfiles.h"
#include "store/paths.h"

/* Folders of the loader, in order; strings live in the arena they were made in. */
struct ld_dirs {
	const char **v;
	size_t n;
};

/* What etc/ld.so.conf and all it includes say; none when the files have no etc/ld.so.conf. */
void ld_dirs_read(struct ld_dirs *ret, const struct debfiles *files, struct arena *a);

/* Appends the cache for the layers' libraries, the lowest layer first; false, and nothing: there is
 * no such cache for this (Debian's) architecture. */
bool ldcache_write(struct buf *ret, const struct ld_dirs *dirs, const struct paths *const *layers,
                   size_t nlayers, const char *arch);
