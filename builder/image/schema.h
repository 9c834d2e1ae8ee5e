// SPDX-License-Identifier: Apache-2.0
/* schema: the JSON Schema (draft 2020-12) of definitions, from the tables they are read by. */
#pragma once

#include "base/json.h"

/* Of "image", "layers" or "payloads", the caller's; NULL for another kind. */
json_t *schema_of(const char *kind);
/* The name of kind `i`, or NULL past the last one. */
const char *schema_kind(size_t i);
