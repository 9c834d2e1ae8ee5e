// SPDX-License-Identifier: Apache-2.0
/* spec_image: one image.json. */
#pragma once

#include "image/spec.h"

/* The keys of image.json. */
extern const struct keys spec_image_object;

/* Reads r->file, which lies in `folder` of s->dir. */
int spec_image(struct spec *s, const struct reader *r, const char *folder, struct image_spec *ret,
               struct err *e);
