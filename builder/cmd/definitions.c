// SPDX-License-Identifier: Apache-2.0
#include "cmd/definitions.h"

int definitions_open(struct definitions *d, const struct common *c, char *const *names, size_t n,
                     struct err *e)
{
	struct arena *a = &d->arena;
	const struct platform *platform;

	if (platform_find(c->platform, &platform, e) < 0 ||
	    vars_read(&d->vars, c->sets.v, c->sets.n, a, e) < 0 ||
	    spec_read(&d->spec, c->dir, names, n, &d->vars, a, e) < 0 ||
	    lock_read(&d->lock, d->spec.dir, c->platform, a, e) < 0 ||
	    common_open(c, &d->store, &d->fetch, e) < 0)
		return -1;
	d->resolve = (struct resolve){
		.fetch = &d->fetch,
		.platform = platform,
		.lock = &d->lock,
		.refuse = c->locked,
		.looks = c->looks,
	};
	d->run = (struct run){c->dir, &d->spec, &d->resolve, &d->fetch, a, NULL};
	return 0;
}

void definitions_done(struct definitions *d)
{
	store_done(&d->store);
	lock_done(&d->lock);
	spec_done(&d->spec);
	arena_done(&d->arena);
}
