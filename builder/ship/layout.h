// SPDX-License-Identifier: Apache-2.0
/* layout: images of the store as an OCI image layout in a folder (image-spec v1.1.1,
 * image-layout.md). */
#pragma once

#include "store/index.h"

/* Makes `dir` whole or not at all; one that is an OCI layout already is replaced, any other folder
 * with something in it is refused.  Blobs are hashed again on their way. */
int layout_write(struct store *s, const struct index_image *const *images, size_t n,
                 const char *dir, struct err *e);
