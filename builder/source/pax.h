// SPDX-License-Identifier: Apache-2.0
/* pax: the records of an extended header (POSIX.1-2017 pax, "pax Extended Header"). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PAX_MAX ((size_t)1 << 20)

struct pax {
	const char *path, *link; /* NULL: not given; they point into the header's bytes */
	bool has_size, has_uid, has_gid, has_mtime;
	uint64_t size;
	int64_t uid, gid, mtime;
};

/* `bytes` (n of them, then a NUL; changed in place) must outlive *ret.  ERR_VERIFY: a record that
 * is malformed, comes twice, or means something a layer of plain files cannot have (sparse files,
 * capabilities, overlay attributes).  `global`: only a comment is let through. */
int pax_parse(char *bytes, size_t n, bool global, struct pax *ret, struct err *e);
