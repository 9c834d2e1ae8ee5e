// SPDX-License-Identifier: Apache-2.0
#include "image/spec_layer.h"

#include <fcntl.h>
#include <string.h>

#include "base/base.h"

#define USE_DEPTH_MAX 8

/* What one object of the list says, whatever its kind. */
struct layer_entry {
	const char *use, *base, *payload, *files, *program, *into;
	struct packages_spec *packages;
	struct placing placing;
	struct texts aliases, overrides;
};

#define SET(member) offsetof(struct packages_spec, member)
static const struct key packages_keys[] = {
	{"suite",      KEY_TEXT, true,  SET(suite),      NULL, "release, with its updates and security fixes"},
	{"components", KEY_LIST, false, SET(components), NULL, "default: main"                               },
	{"install",    KEY_LIST, true,  SET(install),    NULL, "names of packages"                           },
};
static const struct keys packages_object = {"a package set", packages_keys,
                                            ARRAY_LEN(packages_keys), sizeof(struct packages_spec)};

#define ENTRY(member) offsetof(struct layer_entry, member)
#define OVERRIDES_HELP "paths on which it may contradict the layers below"
static const struct key use_kind[] = {
	{"use", KEY_PATH, true, ENTRY(use), NULL, "layers of images/layers/NAME.json"},
};
static const struct key packages_kind[] = {
	{"packages",  KEY_OBJECT, true,  ENTRY(packages),  &packages_object,
         "a distribution's packages"						       },
	{"overrides", KEY_LIST,   false, ENTRY(overrides), NULL,             OVERRIDES_HELP},
};
static const struct key payload_kind[] = {
	{"payload",   KEY_TEXT, true,  ENTRY(payload),   NULL, "an archive or file of payloads.json"},
	{"into",      KEY_PATH, false, ENTRY(into),      NULL, "the folder it goes to; default: /"  },
	{"overrides", KEY_LIST, false, ENTRY(overrides), NULL, OVERRIDES_HELP                       },
	PLACING_KEYS(ENTRY(placing)),
};
static const struct key files_kind[] = {
	{"files",     KEY_PATH, true,  ENTRY(files),     NULL, "a folder beside the definition"   },
	{"into",      KEY_PATH, false, ENTRY(into),      NULL, "the folder it goes to; default: /"},
	{"overrides", KEY_LIST, false, ENTRY(overrides), NULL, OVERRIDES_HELP                     },
};
static const struct key program_kind[] = {
	{"program",   KEY_TEXT, true,  ENTRY(program),   NULL, "a static program, to /usr/local/bin"},
	{"aliases",   KEY_LIST, false, ENTRY(aliases),   NULL, "other names of it"                  },
	{"overrides", KEY_LIST, false, ENTRY(overrides), NULL, OVERRIDES_HELP                       },
};
static const struct key base_kind[] = {
	{"base", KEY_TEXT, true, ENTRY(base), NULL, "an image to stand on"},
};

#define KIND(what, keys)                                                                           \
	{                                                                                          \
		what, keys, ARRAY_LEN(keys), sizeof(struct layer_entry)                            \
	}
const struct keys spec_layer_kinds[] = {
	KIND("a shared layer", use_kind),
	KIND("a packages layer", packages_kind),
	KIND("a payload layer", payload_kind),
	KIND("a files layer", files_kind),
	KIND("a program layer", program_kind),
	KIND("a base", base_kind),
	{NULL, NULL, 0, 0},
};

/* images/layers/NAME.json */
struct shared {
	struct objects layers;
};
static const struct key shared_keys[] = {
	{"$schema",  KEY_IGNORED, false,                  0,       NULL,             ""},
	{ "layers", KEY_KINDS,        true, offsetof(struct shared, layers), spec_layer_kinds,
         "from below up"},
};
static const struct keys shared_object = {"a shared layer", shared_keys, ARRAY_LEN(shared_keys),
                                          sizeof(struct shared)};

static bool is_used(const struct layer_list *to, const char *file)
{
	size_t len = strlen(file);

	for (size_t i = 0; i < to->n; i++)
		if (!strncmp(to->v[i].at, file, len) && to->v[i].at[len] == ':')
			return true;
	return false;
}

static int read_use(struct spec *s, const struct layer_origin *o, const char *at, const char *name,
                    struct layer_list *to, struct err *e)
{
	struct arena *a = s->arena;
	const struct reader r = {arena_printf(a, "%s/layers/%s.json", s->dir, name), a,
	                         o->reader->vars};
	const struct layer_origin below = {&r, name, arena_printf(a, "%s/layers", s->dir),
	                                   o->depth + 1};
	AUTO(json) json_t *doc = NULL;
	struct shared shared = {0};

	if (below.depth > USE_DEPTH_MAX)
		return keys_err(o->reader, at, e, "'use' goes round in a circle");
	if (is_used(to, r.file))
		return keys_err(o->reader, at, e, "%s is used twice", name);
	if (access(r.file, F_OK) < 0) {
		keys_err(o->reader, at, e, "there is no shared layer '%s'", name);
		return err_hint(e, "it would be %s", r.file);
	}
	if (json_read_file(AT_FDCWD, r.file, &doc, e) < 0 ||
	    keys_read(&r, doc, "", &shared_object, &shared, e) < 0)
		return -1;
	return spec_layers(s, &below, &shared.layers, to, e);
}

/* "java-17", then "java-17#2", … */
static const char *set_name(struct arena *a, const char *owner, const struct layer_list *list)
{
	size_t len = strlen(owner);
	unsigned n = 1;

	for (size_t i = 0; i < list->n; i++) {
		const char *set = list->v[i].set;

		n += set && !strncmp(set, owner, len) && (!set[len] || set[len] == '#');
	}
	return n == 1 ? owner : arena_printf(a, "%s#%u", owner, n);
}

/* What the layer says stands; what it leaves out is the payload's. */
static struct placing placed(const struct placing *mine, const struct placing *payload)
{
	struct placing p = *mine;

	if (!p.file)
		p.file = payload->file;
	if (!p.strip.set)
		p.strip = payload->strip;
	if (!p.mode.set)
		p.mode = payload->mode;
	if (!p.map.v)
		p.map = payload->map;
	if (!p.include.v)
		p.include = payload->include;
	if (!p.exclude.v)
		p.exclude = payload->exclude;
	return p;
}

/* Program names and aliases become file names in /usr/local/bin. */
static int check_names(const struct layer_origin *o, const char *at, const struct layer_entry *x,
                       struct err *e)
{
	for (size_t i = 0; i <= x->aliases.n; i++) {
		const char *name = i ? x->aliases.v[i - 1] : x->program;

		if (!*name || *name == '.' || strchr(name, '/'))
			return keys_err(o->reader, at, e, "'%s' is not a program's name", name);
	}
	return 0;
}

static int read_entry(struct spec *s, const struct layer_origin *o, const char *at,
                      const struct layer_entry *x, struct layer_spec *ret, struct err *e)
{
	struct arena *a = s->arena;

	*ret = (struct layer_spec){
		.at = arena_printf(a, "%s: %s", o->reader->file, at),
		.into = x->into ? x->into : "",
		.aliases = x->aliases,
		.overrides = x->overrides,
	};
	if (x->packages) {
		ret->kind = LAYER_PACKAGES;
		ret->packages = x->packages;
		if (!x->packages->install.n)
			return keys_err(o->reader, at, e, "'install' is empty");
	} else if (x->payload) {
		ret->kind = LAYER_PAYLOAD;
		if (payloads_find(&s->payloads, o->reader, x->payload, &ret->payload, e) < 0)
			return err_ctx(e, "%s", ret->at);
		ret->placing = placed(&x->placing, &ret->payload->placing);
	} else if (x->files) {
		ret->kind = LAYER_FILES;
		ret->source = x->files;
		ret->folder = arena_printf(a, "%s/%s", o->folder, x->files);
	} else {
		ret->kind = LAYER_PROGRAM;
		ret->program = x->program;
		return check_names(o, at, x, e);
	}
	return 0;
}

int spec_layers(struct spec *s, const struct layer_origin *o, const struct objects *kinds,
                struct layer_list *to, struct err *e)
{
	const struct kind *kind = kinds->v;

	for (size_t i = 0; i < kinds->n; i++) {
		const struct layer_entry *x = kind[i].v;
		struct layer_spec layer;

		if (x->base) {
			keys_err(o->reader, kind[i].at, e,
			         "a base image cannot be built upon in this version");
			return err_hint(e, "start from packages instead: {\"use\": \"debian\"}");
		}
		if (x->use) {
			if (read_use(s, o, kind[i].at, x->use, to, e) < 0)
				return -1;
			continue;
		}
		if (read_entry(s, o, kind[i].at, x, &layer, e) < 0)
			return -1;
		if (layer.kind == LAYER_PACKAGES)
			layer.set = set_name(s->arena, o->owner, to);
		to->v = mem_grow(to->v, to->n + 1, sizeof *to->v);
		to->v[to->n++] = layer;
	}
	return 0;
}
