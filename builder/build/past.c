// SPDX-License-Identifier: Apache-2.0
#include "build/past.h"

#include <string.h>

#include "base/base.h"
#include "image/inputs.h"
#include "store/memo.h"

static struct digest name_of(const char *what, const char *of)
{
	AUTO(str) char *text = mem_printf("%s\n%s", what, of);
	struct digest d;

	digest_bytes(&d, text, strlen(text));
	return d;
}

static struct digest name_of_inputs(const char *hex)
{
	return name_of("inputs", hex);
}

/* Versions of one image have a name and different tags. */
static struct digest name_of_image(const struct image_spec *image)
{
	AUTO(str)
	char *ref = mem_printf("%s:%s", image->name, image->tags.n ? image->tags.v[0] : "");

	return name_of("image", ref);
}

int past_put_step(struct store *s, const struct step *step, struct err *e)
{
	AUTO(json) json_t *inputs = inputs_of_planned(step);
	char hex[DIGEST_HEX_MAX];
	struct digest name = name_of_inputs(digest_hex(&step->key, hex));

	return memo_put(s, &name, inputs, e);
}

int past_put_image(struct store *s, const struct image_plan *p, struct err *e)
{
	struct digest name = name_of_image(p->image);
	json_t *layers = json_array();
	AUTO(json) json_t *all = NULL;
	AUTO(json) json_t *now = NULL;
	char hex[DIGEST_HEX_MAX];

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(
			layers, json_pack("[s, s]", p->v[i].label, digest_hex(&p->v[i].key, hex)));
	now = json_pack("{s:s, s:o, s:o}", "platform", p->platform->name, "image",
	                inputs_of_image(p->image), "layers", layers);
	if (memo_get(s, &name, &all) < 0 || !json_is_object(all)) {
		json_decref(all);
		all = json_object();
	}
	if (json_equal(json_object_get(all, p->platform->name), now))
		return 0;
	json_object_set(all, p->platform->name, now);
	return memo_put(s, &name, all, e);
}

json_t *past_image(struct store *s, const struct image_plan *p)
{
	struct digest name = name_of_image(p->image);
	AUTO(json) json_t *all = NULL;
	json_t *one;

	(void)memo_get(s, &name, &all);
	one = json_object_get(all, p->platform->name);
	if (!one)
		one = json_object_iter_value(json_object_iter(all));
	return json_incref(one);
}

/* The key that a layer of this label had, the n-th of that label. */
static const char *key_then(const json_t *past, const char *label, size_t n)
{
	const char *name, *key;
	size_t i;
	json_t *x;

	json_array_foreach(json_object_get(past, "layers"), i, x)
	{
		if (json_unpack(x, "[s, s]", &name, &key) == 0 && !strcmp(name, label) && !n--)
			return key;
	}
	return NULL;
}

static json_t *because(const char *words, json_t *changes)
{
	return json_pack("{s:s, s:o}", "because", words, "changes",
	                 changes ? changes : json_array());
}

json_t *past_why(struct store *s, const json_t *past, const struct image_plan *p, size_t i)
{
	const struct step *step = &p->v[i];
	AUTO(json) json_t *old = NULL;
	AUTO(json) json_t *now = NULL;
	const char *key;
	char hex[DIGEST_HEX_MAX];
	struct digest name;
	size_t before = 0;

	for (size_t k = 0; k < i; k++)
		before += !strcmp(p->v[k].label, step->label);
	if (!past)
		return because("not built before", NULL);
	key = key_then(past, step->label, before);
	if (!key)
		return because("new in this image", NULL);
	if (!strcmp(key, digest_hex(&step->key, hex)))
		return because("gone from the store", NULL);
	name = name_of_inputs(key);
	(void)memo_get(s, &name, &old);
	now = inputs_of_planned(step);
	if (!old || !now)
		return because("made of other things", NULL);
	return because("changed", inputs_changed(old, now));
}
