// SPDX-License-Identifier: Apache-2.0
/* docker: images of the store into the engine that listens on a local socket: Docker, or Podman,
 * which speaks the same API. */
#pragma once

#include "store/index.h"

struct docker {
	char socket[108]; /* as long as sockaddr_un takes */
	char version[16]; /* of the engine's API */
};

/* Finds the engine ($DOCKER_HOST when it is unix://…, else the usual sockets) and asks what it
 * speaks.  None there is ERR_NET. */
int docker_open(struct docker *d, struct err *e);
/* Those of the images the engine lacks are sent, in one archive; those it has only get their name.
 * Afterwards each name is asked for: it has to be the very image, or it is ERR_VERIFY. */
int docker_load(const struct docker *d, struct store *s, const struct index_image *const *images,
                size_t n, struct err *e);
