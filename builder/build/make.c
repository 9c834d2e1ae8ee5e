// SPDX-License-Identifier: Apache-2.0
#include "build/make.h"

#include "base/base.h"
#include "image/observe.h"

static int make_payload(struct store *s, unsigned threads, struct job *x, struct err *e)
{
	const struct placing *from = &x->step->layer->placing;
	struct place_map *map = mem_alloc(from->map.n, sizeof *map);
	struct payload_layer p = {
		.label = x->step->payload->name,
		.sha256 = x->step->payload->sha256,
		.place = {.strip = (unsigned)from->strip.n,
	                  .map = map,
	                  .nmap = from->map.n,
	                  .include = from->include.v,
	                  .ninclude = from->include.n,
	                  .exclude = from->exclude.v,
	                  .nexclude = from->exclude.n,
	                  .into = x->step->layer->into},
		.file = from->file,
		.mode = (uint32_t)from->mode.n,
		.max_bytes = x->step->payload_spec->max.n,
	};
	int rc;

	for (size_t i = 0; i < from->map.n; i++)
		map[i] = (struct place_map){from->map.v[i].name, from->map.v[i].value};
	rc = layer_payload(s, threads, &p, &x->layer, e);
	free(map);
	return rc;
}

/* The key says what was seen before; other files since then would be kept under a wrong name. */
static int check_unchanged(struct store *s, const struct job *x, struct err *e)
{
	const struct step *step = x->step;
	struct digest now;
	int rc = step->kind == LAYER_FILES ? observe_folder(s, step->path, NULL, &now, e)
	                                   : observe_program(s, step->path, &now, e);

	if (rc < 0)
		return -1;
	if (digest_eq(&now, &step->seen))
		return 0;
	err_set(e, ERR_SYS, "%s changed during the build", step->path);
	return err_hint(e, "build again");
}

struct path_list {
	struct paths *v;
	const struct paths **p;
	size_t n;
};

static void path_list_done(struct path_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		paths_done(&l->v[i]);
	free(l->v);
	free(l->p);
}

static int make_system(struct store *s, unsigned threads, struct job *x, struct err *e)
{
	AUTO_DONE(path_list) struct path_list below = {0};
	struct system_layer sys = {
		.accounts = x->image->accounts,
		.naccounts = x->image->naccounts,
		.arch = x->platform->debian,
		.nsets = x->step->nsets,
	};
	struct package_set *sets;
	int rc;

	below.v = mem_alloc(x->nbelow, sizeof *below.v);
	below.p = mem_alloc(x->nbelow, sizeof(void *));
	for (; below.n < x->nbelow; below.n++) {
		const struct layer *lower = &x->below[below.n]->layer;

		below.p[below.n] = &below.v[below.n];
		if (paths_load(s, &lower->packed.diff_id, &below.v[below.n], e) < 0)
			return -1;
	}
	sets = mem_alloc(sys.nsets, sizeof *sets);
	for (size_t i = 0; i < sys.nsets; i++)
		sets[i] = x->step->sets[i]->set;
	sys.sets = sets;
	sys.paths = below.p;
	sys.npaths = below.n;
	rc = layer_system(s, threads, &sys, &x->layer, e);
	free(sets);
	return rc;
}

static int make_program(struct store *s, unsigned threads, struct job *x, struct err *e)
{
	const struct layer_spec *l = x->step->layer;
	const struct program_layer p = {
		.path = x->step->path,
		.name = l->program,
		.arch = x->platform->arch,
		.aliases = l->aliases.v,
		.naliases = l->aliases.n,
	};

	if (layer_program(s, threads, &p, &x->layer, e) < 0)
		return -1;
	return check_unchanged(s, x, e);
}

int make_layer(struct store *s, unsigned threads, struct job *x, struct err *e)
{
	const struct step *step = x->step;
	const struct layer_spec *l = step->layer;

	switch (step->kind) {
	case LAYER_PACKAGES:
		return layer_packages(s, threads, &step->set->set, step->lowest, &x->layer, e);
	case LAYER_SYSTEM:
		return make_system(s, threads, x, e);
	case LAYER_PAYLOAD:
		return make_payload(s, threads, x, e);
	case LAYER_FILES:
		if (layer_files(s, threads, step->path, l->into, &x->layer, e) < 0)
			return -1;
		return check_unchanged(s, x, e);
	case LAYER_PROGRAM:
		return make_program(s, threads, x, e);
	}
	abort();
}
