// SPDX-License-Identifier: Apache-2.0
/* entry: one member of an archive or of a layer. */
#pragma once

#include <stdint.h>

enum entry_type {
	ENTRY_FILE = 'f',
	ENTRY_DIR = 'd',
	ENTRY_SYMLINK = 'l',
	ENTRY_HARDLINK = 'h', /* link names another path of the same archive or layer */
};

struct entry {
	enum entry_type type;
	const char *name; /* relative, no "./", no trailing "/", never empty */
	const char *link; /* the target of a link; NULL otherwise */
	uint32_t mode;    /* the 07777 bits */
	uint32_t uid, gid;
	uint64_t size; /* bytes of contents; 0 unless ENTRY_FILE */
	int64_t mtime; /* seconds since 1970 */
};

/* In words, for messages. */
static inline const char *entry_type_name(enum entry_type type)
{
	return type == ENTRY_DIR ? "a folder" : type == ENTRY_SYMLINK ? "a symlink" : "a file";
}

/* Modes and times of what has none of its own: 1980-01-02T00:00:00Z. */
#define ENTRY_FIXED_TIME ((int64_t)315619200)
/* What ustar's eleven octal digits hold. */
#define ENTRY_MAX_TIME (((int64_t)1 << 33) - 1)
