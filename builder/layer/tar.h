// SPDX-License-Identifier: Apache-2.0
/* tar: the one way an entry becomes header bytes: ustar, and one pax header only when a field does
 * not fit (name or link too long or not ASCII, size of 8 GiB, ids past 7 octal digits). */
#pragma once

#include "base/buf.h"
#include "store/entry.h"

/* Appends the header blocks of the entry; contents and tar_padding(size) zero bytes follow. */
void tar_header(struct buf *ret, const struct entry *x);
static inline size_t tar_padding(uint64_t size)
{
	return (size_t)(-size & 511);
}
/* Two zero blocks end the archive; no record padding. */
#define TAR_END 1024
