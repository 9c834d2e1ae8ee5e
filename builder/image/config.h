// SPDX-License-Identifier: Apache-2.0
/* config: an image's configuration document (image-spec v1.1.1, config.md, with Docker's health
 * check); its sha256 is the image's ID, so its bytes are the same for the same image. */
#pragma once

#include "image/spec.h"
#include "layer/layer.h"

/* A finished layer and what history says of it. */
struct image_layer {
	struct layer layer;
	const char *created_by;
};

/* The newest time in the image: what `created` says. */
int64_t config_created(const struct image_layer *layers, size_t n);
/* The document's bytes.  PATH is added to an environment without one, and the labels
 * org.opencontainers.image.title and .created unless the definition has them. */
void config_text(const struct image_spec *image, const struct platform *platform,
                 const struct image_layer *layers, size_t n, struct buf *ret);
