// SPDX-License-Identifier: Apache-2.0
/* index: the layout's index.json, one image a full reference (org.opencontainers.image.ref.name);
 * changed under a lock, so no writer loses another's image. */
#pragma once

#include "store/store.h"

struct index_image {
	char *ref; /* "lilidata/spark:latest" */
	struct digest manifest;
	uint64_t size;    /* of the manifest */
	char *media_type; /* of the manifest */
	char *os, *architecture;
};

struct index {
	struct index_image *v;
	size_t n;
};

/* A store without the file holds no images.  ERR_VERIFY: the file is damaged. */
int index_read(struct store *s, struct index *ret, struct err *e);
void index_done(struct index *x);
/* Is `ref` what `name` says?  "lilidata/spark" says "lilidata/spark:latest". */
bool index_means(const char *name, const char *ref);
/* Adds or replaces one reference (and platform). */
int index_put(struct store *s, const struct index_image *image, struct err *e);
