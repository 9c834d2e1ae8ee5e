// SPDX-License-Identifier: Apache-2.0
#include "image/schema.h"

#include <string.h>

#include "image/spec_image.h"
#include "image/spec_layer.h"

/* In a text, a variable may stand for anything. */
#define OR_VARIABLE "|\\$\\{"

static json_t *texts(void)
{
	return json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string");
}

static json_t *pattern(const char *what)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", what);
}

static json_t *object_of(const struct keys *keys);

static json_t *kinds_of(const struct keys *kinds)
{
	json_t *list = json_array();

	for (const struct keys *k = kinds; k->what; k++)
		json_array_append_new(list, object_of(k));
	return json_pack("{s:s, s:{s:o}}", "type", "array", "items", "oneOf", list);
}

static json_t *value_of(const struct key *k)
{
	switch (k->type) {
	case KEY_IGNORED:
	case KEY_TEXT:
	case KEY_PATH:
		return json_pack("{s:s}", "type", "string");
	case KEY_LIST:
		return texts();
	case KEY_ONE_MORE:
		return json_pack("{s:[{s:s}, o]}", "anyOf", "type", "string", texts());
	case KEY_PAIRS:
		return json_pack("{s:s, s:{s:s}}", "type", "object", "additionalProperties", "type",
		                 "string");
	case KEY_NUMBER:
		return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum",
		                 NUMBER_MAX);
	case KEY_MODE:
		return pattern("^0?[0-7]{3}$" OR_VARIABLE);
	case KEY_DURATION:
		return pattern("^([0-9]+(ns|us|ms|s|m|h))+$" OR_VARIABLE);
	case KEY_SHA256:
		return pattern("^[0-9a-f]{64}$" OR_VARIABLE);
	case KEY_SHA512:
		return pattern("^[0-9a-f]{128}$" OR_VARIABLE);
	case KEY_OBJECT:
		return object_of(k->object);
	case KEY_OBJECTS:
		return json_pack("{s:s, s:o}", "type", "array", "items", object_of(k->object));
	case KEY_KINDS:
		return kinds_of(k->object);
	}
	abort();
}

static json_t *object_of(const struct keys *keys)
{
	json_t *properties = json_object(), *required = json_array();

	for (size_t i = 0; i < keys->n; i++) {
		json_t *value = value_of(&keys->v[i]);

		json_object_set_new(value, "description", json_string(keys->v[i].help));
		json_object_set_new(properties, keys->v[i].name, value);
		if (keys->v[i].required)
			json_array_append_new(required, json_string(keys->v[i].name));
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:b}", "title", keys->what, "type", "object",
	                 "properties", properties, "required", required, "additionalProperties", 0);
}

static json_t *image(void)
{
	return object_of(&spec_image_object);
}

static json_t *layers(void)
{
	return object_of(&spec_shared_object);
}

/* By name, whatever it is. */
static json_t *payloads(void)
{
	return json_pack("{s:s, s:s, s:{s:{s:s}}, s:o}", "title", "payloads by name", "type",
	                 "object", "properties", "$schema", "type", "string",
	                 "additionalProperties", object_of(&payload_object));
}

static const struct {
	const char *name;
	json_t *(*make)(void);
} kinds[] = {
	{"image",    image   },
	{"layers",   layers  },
	{"payloads", payloads},
};

const char *schema_kind(size_t i)
{
	return i < ARRAY_LEN(kinds) ? kinds[i].name : NULL;
}

json_t *schema_of(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		json_t *doc;

		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		doc = json_pack("{s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema");
		json_object_update_new(doc, kinds[i].make());
		return doc;
	}
	return NULL;
}
