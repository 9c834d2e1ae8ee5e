// SPDX-License-Identifier: Apache-2.0
/* spec_image: one image.json. */
#pragma once

#include "image/spec.h"

/* The keys of image.json. */
extern const struct keys spec_image_object;

struct image_entry {
	const char *name;
	struct texts tags;
	struct pairs set;
	struct objects matrix, layers, accounts;
	struct config_spec *config;
};

/* Adds the image of the folder to s->v, or one for each row of its matrix.  What is wrong goes to
 * the complaints, and an image may be left out then. */
void spec_image(struct spec *s, const char *folder);
