// SPDX-License-Identifier: Apache-2.0
#include "image/plan.h"

#include <string.h>

#include "base/base.h"

/* Goes up when the same inputs begin to make another layer. */
#define STEP_FORMAT 1

static json_t *texts(const struct texts *t)
{
	json_t *j = json_array();

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(j, json_string(t->v[i]));
	return j;
}

static json_t *pairs(const struct pairs *p)
{
	json_t *j = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(j, json_pack("[s, s]", p->v[i].name, p->v[i].value));
	return j;
}

static json_t *hex(const struct digest *d)
{
	char text[DIGEST_HEX_MAX];

	return json_string(digest_hex(d, text));
}

static json_t *packages(const struct package_set *set)
{
	json_t *j = json_array();

	for (size_t i = 0; i < set->n; i++)
		json_array_append_new(j,
		                      json_pack("[s, o]", set->v[i].name, hex(&set->v[i].sha256)));
	return j;
}

static json_t *payload_key(const struct step *s)
{
	const struct placing *p = &s->layer->placing;

	return json_pack("{s:s, s:o, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "kind", "payload",
	                 "sha256", hex(&s->payload->sha256), "into", s->layer->into, "file",
	                 p->file ? p->file : "", "mode", (json_int_t)p->mode.n, "strip",
	                 (json_int_t)p->strip.n, "max", (json_int_t)s->payload_spec->max.n, "map",
	                 pairs(&p->map), "include", texts(&p->include), "exclude",
	                 texts(&p->exclude));
}

static json_t *system_key(const struct plan_inputs *in, const struct step *s,
                          const struct step *below, size_t nbelow)
{
	json_t *accounts = json_array(), *sets = json_array(), *lower = json_array();

	for (size_t i = 0; i < in->image->naccounts; i++) {
		const struct account *x = &in->image->accounts[i];

		json_array_append_new(accounts,
		                      json_pack("[s, I, I, s, s, s]", x->user, (json_int_t)x->uid,
		                                (json_int_t)x->gid, x->group, x->home, x->shell));
	}
	for (size_t i = 0; i < s->nsets; i++)
		json_array_append_new(sets, packages(&s->sets[i]->set));
	for (size_t i = 0; i < nbelow; i++)
		json_array_append_new(lower, hex(&below[i].key));
	return json_pack("{s:s, s:o, s:o, s:o}", "kind", "system", "accounts", accounts, "sets",
	                 sets, "below", lower);
}

/* One document with everything in it is the key: no second notation. */
static struct digest key_of(const struct plan_inputs *in, const struct step *s,
                            const struct step *below, size_t nbelow)
{
	AUTO_DONE(buf) struct buf text = {0};
	AUTO(json) json_t *doc = NULL;
	json_t *what = NULL;
	struct digest d;

	switch (s->kind) {
	case LAYER_PACKAGES:
		what = json_pack("{s:s, s:b, s:o}", "kind", "packages", "lowest", s->lowest,
		                 "packages", packages(&s->set->set));
		break;
	case LAYER_SYSTEM:
		what = system_key(in, s, below, nbelow);
		break;
	case LAYER_PAYLOAD:
		what = payload_key(s);
		break;
	case LAYER_FILES:
		what = json_pack("{s:s, s:s, s:o}", "kind", "files", "into", s->layer->into, "seen",
		                 hex(&s->seen));
		break;
	case LAYER_PROGRAM:
		what = json_pack("{s:s, s:s, s:o, s:o}", "kind", "program", "name",
		                 s->layer->program, "aliases", texts(&s->layer->aliases), "seen",
		                 hex(&s->seen));
		break;
	}
	doc = json_pack("{s:i, s:s, s:s, s:o}", "step", STEP_FORMAT, "profile", in->profile,
	                "platform", in->platform->name, "layer", what);
	json_text(doc, &text);
	digest_bytes(&d, text.p, text.len);
	return d;
}

static void describe(struct step *s, struct arena *a)
{
	const struct layer_spec *l = s->layer;

	switch (s->kind) {
	case LAYER_PACKAGES:
		s->label = l->set;
		s->created_by = arena_printf(a, "packages %s: %zu of %s", l->set, s->set->set.n,
		                             l->packages->suite);
		break;
	case LAYER_SYSTEM:
		s->label = "system";
		s->created_by = "system: accounts, trusted certificates, loader cache";
		break;
	case LAYER_PAYLOAD:
		s->label = l->payload->name;
		s->created_by = arena_printf(a, "payload %s: %s -> /%s", l->payload->name,
		                             s->payload->address, l->into);
		break;
	case LAYER_FILES:
		s->label = arena_printf(a, "files %s -> /%s", l->source, l->into);
		s->created_by = s->label;
		break;
	case LAYER_PROGRAM:
		s->label = arena_printf(a, "program %s", l->program);
		s->created_by = s->label;
		break;
	}
}

/* Right above the last packages; lowest of all when only accounts ask for one. */
static size_t system_place(const struct image_spec *image)
{
	for (size_t i = image->nlayers; i > 0; i--)
		if (image->layers[i - 1].kind == LAYER_PACKAGES)
			return i;
	return image->naccounts ? 0 : image->nlayers + 1;
}

static void add_step(const struct plan_inputs *in, struct arena *a, struct image_plan *p,
                     struct step s)
{
	describe(&s, a);
	s.key = key_of(in, &s, p->v, p->n);
	p->v[p->n++] = s;
}

void plan_image(const struct plan_inputs *in, struct arena *a, struct image_plan *ret)
{
	const struct image_spec *image = in->image;
	struct lock_set **sets = arena_alloc(a, image->nlayers, sizeof(void *));
	size_t nsets = 0, system_at = system_place(image);

	*ret = (struct image_plan){.image = image, .platform = in->platform};
	ret->v = arena_alloc(a, image->nlayers + 1, sizeof *ret->v);
	for (size_t i = 0; i <= image->nlayers; i++) {
		const struct layer_spec *l = &image->layers[i];

		if (i == system_at)
			add_step(in, a, ret,
			         (struct step){.kind = LAYER_SYSTEM, .sets = sets, .nsets = nsets});
		if (i == image->nlayers)
			break;
		add_step(in, a, ret,
		         (struct step){
				 .kind = l->kind,
				 .layer = l,
				 .payload_spec = l->payload,
				 .payload = in->locked[i].payload,
				 .set = in->locked[i].set,
				 .path = l->folder ? l->folder : in->observed[i].path,
				 .seen = in->observed[i].digest,
				 .lowest = nsets == 0,
			 });
		if (l->kind == LAYER_PACKAGES)
			sets[nsets++] = in->locked[i].set;
	}
}
