// SPDX-License-Identifier: Apache-2.0
/* tarhead: one 512-byte header block of a tar archive (POSIX.1-2017 ustar, and GNU's variant),
 * every field checked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define TAR_BLOCK 512

struct tarhead {
	char type;      /* the typeflag, NUL turned into '0' */
	char name[257]; /* prefix joined */
	char link[101];
	uint32_t mode;
	uint64_t size;
	int64_t uid, gid, mtime;
};

/* -1 (ERR_VERIFY) says which field is not what it should be; with a right checksum ret->name is set
 * all the same, for the message. */
int tarhead_parse(const uint8_t block[TAR_BLOCK], struct tarhead *ret, struct err *e);
bool tarhead_is_zero(const uint8_t block[TAR_BLOCK]);
/* ERR_VERIFY: its checksum is not that of its bytes; every kind of tar has one. */
int tarhead_check_sum(const uint8_t block[TAR_BLOCK], struct err *e);
