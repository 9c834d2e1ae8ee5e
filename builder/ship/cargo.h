// SPDX-License-Identifier: Apache-2.0
/* cargo: what belongs to a few images of the store: their blobs, each once, and the documents that
 * name them. */
#pragma once

#include "image/manifest.h"
#include "store/index.h"

struct cargo_blob {
	struct digest digest;
	uint64_t size;
};

struct cargo_image {
	const struct index_image *image; /* borrowed */
	struct manifest manifest;
};

struct cargo {
	struct cargo_image *images; /* owned */
	size_t nimages;
	struct cargo_blob *blobs; /* owned; sorted by digest */
	size_t nblobs;
};

/* Reads the manifests; `images` outlive the cargo. */
int cargo_read(struct store *s, const struct index_image *const *images, size_t n,
               struct cargo *ret, struct err *e);
void cargo_done(struct cargo *c);

/* "docker.io/lilidata/spark:latest": what containerd and Docker mean by "lilidata/spark:latest". */
void cargo_full_name(const char *ref, struct buf *ret);
/* The index.json of a layout with these images.  `engine`: references are tags, and the full name
 * is beside them, as in what docker save writes; else they are whole, as in the store. */
void cargo_index(const struct cargo *c, bool engine, struct buf *ret);
/* The manifest.json of a docker-archive. */
void cargo_docker(const struct cargo *c, struct buf *ret);

/* A blob of the store, opened; its size is the one its descriptor says. */
int cargo_open_blob(struct store *s, const struct cargo_blob *b, int *ret_fd, struct err *e);
/* Its bytes were not those its name says; -1. */
int cargo_refuse_blob(struct store *s, const struct cargo_blob *b, const struct digest *got,
                      struct err *e);
