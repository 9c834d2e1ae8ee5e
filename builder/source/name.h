// SPDX-License-Identifier: Apache-2.0
/* name: which names an archive's entries may have.  Refused: absolute names, "..", empty
 * components, control bytes, other than UTF-8, whiteouts (".wh.*"), and anything past the limits.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define NAME_MAX_COMPONENT 255
#define NAME_MAX_PATH 4096
#define NAME_MAX_DEPTH 256

/* NULL when the relative name is fit for a layer, else what is wrong with it ("is absolute"). */
const char *name_complaint(const char *name);
/* The same for what a symlink points to, which may be absolute or climb. */
const char *name_target_complaint(const char *target);
/* A name made fit for a message: control bytes and quotes escaped; one of a few static buffers. */
const char *name_quote(const char *name);
