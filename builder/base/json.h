// SPDX-License-Identifier: Apache-2.0
/* json: documents read strictly (no duplicate keys, bounded size) and written one way only. */
#pragma once

#include <jansson.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

AUTO_DEFINE(json, json_t *, NULL, json_decref)

/* Reads a file people write: `//` comments are blanked first, so positions stay true.  Errors are
 * ERR_SPEC with path:line:column.  *ret is the caller's. */
int json_read_file(int dirfd, const char *path, json_t **ret, struct err *e);
/* Makes blanks of the `//` comments in a text people write. */
void json_blank_comments(char *text);
/* Reads bytes a program wrote; `label` names them in errors. */
int json_read(const char *bytes, size_t n, const char *label, json_t **ret, struct err *e);

/* Compact, keys in the order they were set: the form whose bytes are hashed. */
void json_text(const json_t *j, struct buf *ret);
/* For people: tabs, one item a line, a newline at the end. */
void json_pretty(const json_t *j, struct buf *ret);
