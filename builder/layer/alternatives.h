// SPDX-License-Identifier: Apache-2.0
/* alternatives: the links that only a package's postinst makes (/usr/bin/java, /usr/bin/awk, …),
 * from one table of what matters in a container. */
#pragma once

#include "base/mem.h"
#include "layer/layer.h"

struct alternative;

struct alternatives {
	struct alternative *v;
	size_t n, cap;
	struct arena arena;
};

/* Tells it of a path of the layer. */
void alternatives_see(struct alternatives *a, const char *name);
/* Adds /usr/bin/X -> /etc/alternatives/X -> /TARGET for the best target of each that it saw, in the
 * order of their names; a path that a package has itself stays. */
int alternatives_add(const struct alternatives *a, struct layer_writer *w, struct err *e);
void alternatives_done(struct alternatives *a);
