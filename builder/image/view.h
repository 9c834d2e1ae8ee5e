// SPDX-License-Identifier: Apache-2.0
/* view: an image as it is read back from a store: manifest, configuration, and the layers' diffIDs,
 * which agree in number. */
#pragma once

#include "image/manifest.h"

struct view {
	struct store *store; /* borrowed */
	char *name;          /* owned: what it was asked for by */
	struct digest digest;
	struct manifest manifest;
	json_t *config;          /* owned */
	struct digest *diff_ids; /* owned; one a layer of the manifest */
};

/* Both documents are hashed on reading.  ERR_VERIFY: they are not what an image's should be. */
int view_read(struct store *s, const char *name, const struct digest *manifest, struct view *ret,
              struct err *e);
void view_done(struct view *v);
/* What history says of a layer; "" when it says nothing. */
const char *view_created_by(const struct view *v, size_t layer);
