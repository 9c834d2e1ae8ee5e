// SPDX-License-Identifier: Apache-2.0
/* manifest: an image's manifest document (image-spec v1.1.1, manifest.md), written one way only and
 * read back from the store. */
#pragma once

#include "image/config.h"
#include "store/store.h"

#define MEDIA_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_CONFIG "application/vnd.oci.image.config.v1+json"
#define MEDIA_LAYER "application/vnd.oci.image.layer.v1.tar+gzip"

struct manifest_layer {
	struct digest digest;
	uint64_t size;
	const char *media_type;
};

struct manifest {
	json_t *doc; /* owned; the strings below belong to it */
	struct digest config;
	uint64_t config_size;
	const char *config_type;
	struct manifest_layer *layers; /* owned */
	size_t nlayers;
};

/* The document's bytes for these layers. */
void manifest_text(const struct image_layer *layers, size_t nlayers, const struct digest *config,
                   uint64_t config_size, const struct pairs *annotations, struct buf *ret);

/* Hashed on reading, as everything that leaves the store. */
int manifest_read(struct store *s, const struct digest *d, struct manifest *ret, struct err *e);
void manifest_done(struct manifest *m);
/* The bytes of all layers as they are stored. */
uint64_t manifest_size(const struct manifest *m);
