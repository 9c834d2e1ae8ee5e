// SPDX-License-Identifier: Apache-2.0
#include "image/plan.h"

#include <string.h>

#include "base/base.h"
#include "image/inputs.h"

/* The layers whose bytes the lock does not name yet have no key. */
static bool is_known(const struct step *s, const struct step *below, size_t nbelow)
{
	if (s->kind == LAYER_PACKAGES)
		return s->set;
	if (s->kind == LAYER_PAYLOAD)
		return s->payload;
	for (size_t i = 0; s->kind == LAYER_SYSTEM && i < nbelow; i++)
		if (!digest_is_set(&below[i].key))
			return false;
	return true;
}

static void set_key(const struct plan_inputs *in, struct arena *a, const struct image_plan *p,
                    struct step *s)
{
	AUTO_DONE(buf) struct buf text = {0};
	AUTO(json) json_t *doc = NULL;

	if (!is_known(s, p->v, p->n))
		return;
	doc = inputs_of_step(in, s, p->v, p->n);
	json_text(doc, &text);
	digest_bytes(&s->key, text.p, text.len);
	s->inputs = arena_dup(a, buf_str(&text));
}

static void describe(struct step *s, struct arena *a)
{
	const struct layer_spec *l = s->layer;

	switch (s->kind) {
	case LAYER_PACKAGES:
		s->label = l->set;
		if (s->set)
			s->created_by = arena_printf(a, "packages %s: %zu of %s", l->set,
			                             s->set->set.n, l->packages->suite);
		break;
	case LAYER_SYSTEM:
		s->label = "system";
		s->created_by = "system: accounts, trusted certificates, loader cache";
		break;
	case LAYER_PAYLOAD:
		s->label = l->payload->name;
		if (s->payload)
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
	set_key(in, a, p, &s);
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
				 .files = in->observed[i].files,
				 .lowest = nsets == 0,
			 });
		if (l->kind == LAYER_PACKAGES)
			sets[nsets++] = in->locked[i].set;
	}
}
