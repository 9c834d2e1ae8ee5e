// SPDX-License-Identifier: Apache-2.0
/* spec_layer: the list of layers in a definition, with `use` replaced by the layers it names. */
#pragma once

#include "image/spec_matrix.h"

/* The kinds of layer a definition can name; the list ends with an empty one. */
extern const struct keys spec_layer_kinds[];

struct layer_list {
	struct layer_spec *v; /* owned until handed on */
	size_t n;
	const char **used; /* owned: files of the shared layers in it */
	size_t nused;
};

/* Where a list stands: `owner` names its package sets ("java-17", "lilidata/spark"), `folder` is
 * what its files are relative to. */
struct layer_origin {
	const struct reader *reader;
	const char *owner, *folder;
	const char *label;               /* the image's */
	const struct rows *rows;         /* the image's */
	const struct row *row;           /* the one to read for */
	const struct layer_origin *user; /* the list whose `use` led here; NULL: an image's */
};

/* Appends the layers of `kinds` (struct objects of struct kind); what is wrong is complained of. */
void spec_layers(struct spec *s, const struct layer_origin *o, const struct objects *kinds,
                 struct layer_list *to);
/* The keys of images/layers/NAME.json. */
extern const struct keys spec_shared_object;
