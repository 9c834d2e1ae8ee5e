// SPDX-License-Identifier: Apache-2.0
/* bundle: images of the store as the one archive that docker load, podman load and skopeo all read:
 * an OCI layout and a docker-archive in one tar.  The same images give the same bytes. */
#pragma once

#include "base/base.h"
#include "store/index.h"

struct bundle;

/* Reads the images' manifests; what it needs of `images` it copies.  A layer both Docker and Podman
 * cannot take is ERR_SPEC. */
int bundle_open(struct store *s, const struct index_image *const *images, size_t n,
                struct bundle **ret, struct err *e);
/* Reads on; *ret_n 0 is the end.  Every blob is hashed as it leaves the store, and one with other
 * bytes than its name says is ERR_VERIFY. */
int bundle_read(void *bundle, void *buf, size_t cap, size_t *ret_n, struct err *e);
uint64_t bundle_size(const struct bundle *b);
void bundle_free(struct bundle *b);
AUTO_DEFINE(bundle, struct bundle *, NULL, bundle_free)

/* The whole archive, to a file (written whole or not at all) or, checked first, to a descriptor. */
int bundle_write_file(struct store *s, const struct index_image *const *images, size_t n,
                      const char *path, struct err *e);
int bundle_write_fd(struct store *s, const struct index_image *const *images, size_t n, int fd,
                    struct err *e);
