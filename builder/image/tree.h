// SPDX-License-Identifier: Apache-2.0
/* tree: all files of an image, as a container sees them: the layers' indexes of paths put on top of
 * each other, from below up. */
#pragma once

#include "image/view.h"
#include "store/paths.h"

struct leaf {
	const struct path *path;
	size_t layer; /* which one it is of */
};

struct tree {
	struct paths *layers; /* owned */
	size_t nlayers;
	struct leaf *v; /* owned; sorted by name, each name once */
	size_t n;
};

/* ERR_SYS or ERR_VERIFY: a layer's index of paths is not there, or not one. */
int tree_read(const struct view *v, struct tree *ret, struct err *e);
/* The next layer, which the caller keeps: what it has wins, and what is below a folder that it
 * replaces with something else is gone. */
void tree_put(struct tree *t, const struct paths *layer, size_t number);
void tree_done(struct tree *t);
