// SPDX-License-Identifier: Apache-2.0
#include "image/spec_layer.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"

/* What one object of the list says, whatever its kind. */
struct layer_entry {
	const char *use, *base, *payload, *files, *program, *into;
	struct packages_spec *packages;
	struct placing placing;
	struct texts aliases, overrides, only;
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
/* clang-format off */
#define MAY_OVERRIDE \
	{"overrides", KEY_LIST, false, ENTRY(overrides), NULL, "paths on which it may contradict the layers below"}
#define MAY_BE_FOR_SOME \
	{"only", KEY_LIST, false, ENTRY(only), NULL, "tags of the matrix' rows it is for; default: all"}
/* clang-format on */
static const struct key use_kind[] = {
	{"use", KEY_PATH, true, ENTRY(use), NULL, "layers of images/layers/NAME.json"},
	MAY_BE_FOR_SOME,
};
static const struct key packages_kind[] = {
	{"packages", KEY_OBJECT, true, ENTRY(packages), &packages_object,
         "a distribution's packages"},
	MAY_OVERRIDE,
	MAY_BE_FOR_SOME,
};
static const struct key payload_kind[] = {
	{"payload", KEY_TEXT, true,  ENTRY(payload), NULL, "an archive or file of payloads.json"},
	{"into",    KEY_PATH, false, ENTRY(into),    NULL, "the folder it goes to; default: /"  },
	MAY_OVERRIDE,
	MAY_BE_FOR_SOME,
	PLACING_KEYS(ENTRY(placing)),
};
static const struct key files_kind[] = {
	{"files", KEY_PATH, true,  ENTRY(files), NULL, "a folder beside the definition"   },
	{"into",  KEY_PATH, false, ENTRY(into),  NULL, "the folder it goes to; default: /"},
	MAY_OVERRIDE,
	MAY_BE_FOR_SOME,
};
static const struct key program_kind[] = {
	{"program", KEY_TEXT, true,  ENTRY(program), NULL, "a static program, to /usr/local/bin"},
	{"aliases", KEY_LIST, false, ENTRY(aliases), NULL, "other names of it"                  },
	MAY_OVERRIDE,
	MAY_BE_FOR_SOME,
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
	{"$schema",  KEY_IGNORED, false,                  0,       NULL,             "for editors"},
	{ "layers", KEY_KINDS,        true, offsetof(struct shared, layers), spec_layer_kinds,
         "from below up"},
};
const struct keys spec_shared_object = {"a shared layer", shared_keys, ARRAY_LEN(shared_keys),
                                        sizeof(struct shared)};

static bool is_used(const struct layer_list *to, const char *file)
{
	for (size_t i = 0; i < to->nused; i++)
		if (!strcmp(to->used[i], file))
			return true;
	return false;
}

static bool is_inside(const struct layer_origin *o, const char *file)
{
	for (; o; o = o->user)
		if (!strcmp(o->reader->doc->page.file, file))
			return true;
	return false;
}

/* The shared layers that there are, for one that there is not. */
static void no_shared(const struct spec *s, const struct layer_origin *o, const char *at,
                      const char *name, const char *file)
{
	struct texts known = {0};
	struct near near = {.word = name};

	spec_shared_names(s, &known);
	for (size_t i = 0; i < known.n; i++)
		near_try(&near, known.v[i]);
	keys_wrong(o->reader, at, "there is no shared layer '%s'", name);
	keys_meant(o->reader, &near,
	           arena_printf(s->arena,
	                        "it would be %s: write it, or copy one from the images/layers that "
	                        "lili comes with",
	                        file));
}

static void read_use(struct spec *s, const struct layer_origin *o, const char *at, const char *name,
                     struct layer_list *to)
{
	struct arena *a = s->arena;
	struct reader r = *o->reader;
	struct layer_origin below = *o;
	const char *file = arena_printf(a, "%s/layers/%s.json", s->dir, name);
	struct shared shared = {0};

	at = arena_printf(a, "%s.use", at);
	if (is_inside(o, file)) {
		keys_wrong(o->reader, at, "'use' goes round in a circle");
		return;
	}
	if (is_used(to, file)) {
		keys_wrong(o->reader, at, "%s is used twice", name);
		return;
	}
	if (access(file, F_OK) < 0) {
		no_shared(s, o, at, name, file);
		return;
	}
	to->used = mem_grow(to->used, to->nused + 1, sizeof *to->used);
	to->used[to->nused++] = file;
	r.doc = documents_get(&s->documents, file);
	r.skip = NULL;
	if (!r.doc->json)
		return;
	keys_read(&r, r.doc->json, "", &spec_shared_object, &shared);
	below.reader = &r;
	below.owner = name;
	below.folder = arena_printf(a, "%s/layers", s->dir);
	below.user = o;
	spec_layers(s, &below, &shared.layers, to);
}

/* "java-17", then "java-17#2", … One that a row's variables make is the row's own. */
static const char *set_name(const struct spec *s, const struct layer_origin *o, bool varies,
                            const struct layer_list *list)
{
	const char *owner = o->owner;
	size_t len;
	unsigned n = 1;

	if (varies)
		owner = o->user ? arena_printf(s->arena, "%s for %s", owner, o->label) : o->label;
	len = strlen(owner);
	for (size_t i = 0; i < list->n; i++) {
		const char *set = list->v[i].set;

		n += set && !strncmp(set, owner, len) && (!set[len] || set[len] == '#');
	}
	return n == 1 ? owner : arena_printf(s->arena, "%s#%u", owner, n);
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
static void check_names(const struct reader *r, const char *at, const struct layer_entry *x)
{
	for (size_t i = 0; i <= x->aliases.n; i++) {
		const char *name = i ? x->aliases.v[i - 1] : x->program;
		const char *place = i ? arena_printf(r->arena, "%s.aliases[%zu]", at, i - 1)
		                      : arena_printf(r->arena, "%s.program", at);

		if (!*name || *name == '.' || strchr(name, '/'))
			keys_wrong(r, place, "'%s' is not a program's name", name);
	}
}

static void read_packages(const struct reader *r, const char *at, const struct layer_entry *x,
                          struct layer_spec *ret)
{
	ret->kind = LAYER_PACKAGES;
	ret->packages = x->packages;
	if (x->packages->install.v && !x->packages->install.n)
		keys_wrong(r, arena_printf(r->arena, "%s.packages.install", at),
		           "'install' is empty");
}

static void read_payload(struct spec *s, const struct reader *r, const char *at,
                         const struct layer_entry *x, struct layer_spec *ret)
{
	ret->kind = LAYER_PAYLOAD;
	ret->payload = payloads_find(&s->payloads, r, arena_printf(r->arena, "%s.payload", at),
	                             x->payload);
	if (ret->payload)
		ret->placing = placed(&x->placing, &ret->payload->placing);
}

/* What was meant is looked for where the last name of `files` would stand. */
static void check_folder(const struct reader *r, const char *at, const char *files,
                         const char *folder)
{
	const char *place = arena_printf(r->arena, "%s.files", at);
	size_t above = strlen(folder) - strlen(files), leaf = strlen(files);
	struct near near = {.word = files};
	struct stat st;
	DIR *dir;

	if (stat(folder, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			keys_wrong(r, place, "%s is not a folder", folder);
		return;
	}
	while (leaf && files[leaf - 1] != '/')
		leaf--;
	dir = opendir(arena_printf(r->arena, "%.*s", (int)(above + leaf), folder));
	for (struct dirent *x; dir && (x = readdir(dir));)
		if (*x->d_name != '.')
			near_try(&near,
			         arena_printf(r->arena, "%.*s%s", (int)leaf, files, x->d_name));
	if (dir)
		closedir(dir);
	keys_wrong(r, place, "there is no folder %s", folder);
	keys_meant(r, &near, "make it, or take the layer out");
}

static struct layer_spec read_entry(struct spec *s, const struct layer_origin *o, const char *at,
                                    const struct layer_entry *x)
{
	const struct reader *r = o->reader;
	struct layer_spec layer = {
		.at = document_where(r->doc, at, s->arena),
		.into = x->into ? x->into : "",
		.aliases = x->aliases,
		.overrides = x->overrides,
	};

	if (x->packages) {
		read_packages(r, at, x, &layer);
	} else if (x->payload) {
		read_payload(s, r, at, x, &layer);
	} else if (x->files) {
		layer.kind = LAYER_FILES;
		layer.source = x->files;
		layer.folder = arena_printf(s->arena, "%s/%s", o->folder, x->files);
		check_folder(r, at, x->files, layer.folder);
	} else {
		layer.kind = LAYER_PROGRAM;
		layer.program = x->program;
		check_names(r, at, x);
	}
	return layer;
}

static void no_base(const struct layer_origin *o, const char *at)
{
	keys_wrong_key(o->reader, arena_printf(o->reader->arena, "%s.base", at),
	               "a base image cannot be built upon in this version");
	complaints_hint(o->reader->complaints,
	                "start from packages instead: {\"use\": \"debian\"}");
}

/* A shared list knows no image's rows. */
static bool is_for_row(const struct layer_origin *o, const char *at, const struct layer_entry *x)
{
	if (!o->user)
		return spec_row_in(o->reader, o->rows, o->row, &x->only, at);
	if (x->only.v)
		keys_wrong_key(o->reader, arena_printf(o->reader->arena, "%s.only", at),
		               "'only' belongs to an image's own layers");
	return true;
}

void spec_layers(struct spec *s, const struct layer_origin *o, const struct objects *kinds,
                 struct layer_list *to)
{
	const struct kind *kind = kinds->v;

	for (size_t i = 0; i < kinds->n; i++) {
		const struct layer_entry *x = kind[i].v;
		const char *at = kind[i].at;
		struct layer_spec layer;
		bool present = x && is_for_row(o, at, x);

		if (x && x->base)
			no_base(o, at);
		else if (x && x->use && present)
			read_use(s, o, at, x->use, to);
		if (!x || !(x->packages || x->payload || x->files || x->program))
			continue;
		/* What is not for this row counts all the same: names do not change with rows. */
		layer = read_entry(s, o, at, x);
		layer.absent = !present;
		if (layer.kind == LAYER_PACKAGES)
			layer.set = set_name(s, o, kind[i].varies, to);
		to->v = mem_grow(to->v, to->n + 1, sizeof *to->v);
		to->v[to->n++] = layer;
	}
}
