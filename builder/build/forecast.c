// SPDX-License-Identifier: Apache-2.0
#include "build/forecast.h"

#include <string.h>

#include "base/base.h"
#include "build/past.h"
#include "image/inputs.h"

static json_t *forecast_layer(struct store *s, const json_t *past, const struct image_plan *p,
                              struct job *const *jobs, size_t i)
{
	const struct step *step = &p->v[i];
	const char *does = jobs[i]->done               ? "reuse"
	                   : digest_is_set(&step->key) ? "build"
	                                               : "resolve";
	json_t *j = json_pack("{s:s, s:s}", "label", step->label, "does", does);
	AUTO(json) json_t *why = NULL;

	if (!strcmp(does, "resolve"))
		why = json_pack("{s:s}", "because", "the lock does not say what it is made of");
	else if (!jobs[i]->done)
		why = past_why(s, past, p, i);
	json_object_update(j, why);
	return j;
}

/* The layers' part of why an image is another one. */
static bool has_other_layers(const json_t *past, const struct image_plan *p)
{
	json_t *layers = json_object_get(past, "layers");
	char hex[DIGEST_HEX_MAX];

	if (json_array_size(layers) != p->n)
		return true;
	for (size_t i = 0; i < p->n; i++) {
		const char *key = json_string_value(json_array_get(json_array_get(layers, i), 1));

		if (!key || strcmp(key, digest_hex(&p->v[i].key, hex)) != 0)
			return true;
	}
	return false;
}

static json_t *forecast_config(const json_t *past, const struct image_plan *p)
{
	AUTO(json) json_t *now = inputs_of_image(p->image);
	json_t *changes = past ? inputs_changed(json_object_get(past, "image"), now) : json_array();
	const char *platform = json_string_value(json_object_get(past, "platform"));
	bool layers = has_other_layers(past, p);
	const char *words = !past ? "not built before" : layers ? "other layers" : "changed";

	if (platform && strcmp(platform, p->platform->name) != 0)
		json_array_append_new(changes,
		                      json_pack("{s:s, s:s, s:s}", "input", "platform", "old",
		                                platform, "new", p->platform->name));
	if (past && !layers && !json_array_size(changes)) {
		json_decref(changes);
		return json_pack("{s:s}", "does", "reuse");
	}
	return json_pack("{s:s, s:s, s:o}", "does", "build", "because", words, "changes", changes);
}

json_t *forecast_image(struct store *s, const struct image_plan *p, struct job *const *jobs)
{
	AUTO(json) json_t *past = past_image(s, p);
	json_t *layers = json_array(), *tags = json_array();

	for (size_t i = 0; i < p->image->tags.n; i++)
		json_array_append_new(tags, json_string(p->image->tags.v[i]));
	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(layers, forecast_layer(s, past, p, jobs, i));
	return json_pack("{s:s, s:o, s:s, s:o, s:o}", "name", p->image->name, "tags", tags,
	                 "platform", p->platform->name, "layers", layers, "image",
	                 forecast_config(past, p));
}

/* Counts a file that the store lacks, once. */
static void count(const struct store *s, json_t *seen, const struct digest *d, uint64_t size,
                  uint64_t *files, uint64_t *bytes)
{
	char hex[DIGEST_HEX_MAX];

	if (store_has(s->payloads, d, NULL) || json_object_get(seen, digest_hex(d, hex)))
		return;
	json_object_set_new(seen, hex, json_true());
	++*files;
	*bytes += size;
}

json_t *forecast(json_t *images, const struct fetcher *f)
{
	const struct store *s = f->fetch->store;
	AUTO(json) json_t *seen = json_object();
	json_t *list = json_array();
	uint64_t total = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct errand *x = f->v[i];
		uint64_t files = 0, bytes = 0;
		json_t *row;

		if (x->payload)
			count(s, seen, &x->payload->sha256, x->payload->size, &files, &bytes);
		for (size_t k = 0; x->set && k < x->set->set.n; k++)
			count(s, seen, &x->set->set.v[k].sha256, x->set->set.v[k].size, &files,
			      &bytes);
		if (!files)
			continue;
		row = json_pack("{s:s, s:I}", "name", x->set ? x->set->name : x->payload->name,
		                "files", (json_int_t)files);
		if (bytes)
			json_object_set_new(row, "size", json_integer((json_int_t)bytes));
		json_array_append_new(list, row);
		total += bytes;
	}
	return json_pack("{s:i, s:o, s:o, s:I}", "schema", 1, "images", images, "fetch", list,
	                 "fetchSize", (json_int_t)total);
}
