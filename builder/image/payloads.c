// SPDX-License-Identifier: Apache-2.0
#include "image/payloads.h"

#include <string.h>

#include "base/base.h"

#define PAYLOAD(member) offsetof(struct payload_spec, member)
static const struct key payload_keys[] = {
	{"address", KEY_ONE_MORE, true,  PAYLOAD(address), NULL,
         "where it comes from, tried in order"                                            },
	{"sha256",  KEY_SHA256,   false, PAYLOAD(sha256),  NULL, "what it must be"        },
	{"sha512",  KEY_SHA512,   false, PAYLOAD(sha512),  NULL, "the publisher's own sum"},
	{"size",    KEY_NUMBER,   false, PAYLOAD(size),    NULL, "bytes"                  },
	{"max",     KEY_NUMBER,   false, PAYLOAD(max),     NULL, "bytes it may unpack to" },
	PLACING_KEYS(PAYLOAD(placing)),
};
const struct keys payload_object = {"a payload", payload_keys, ARRAY_LEN(payload_keys),
                                    sizeof(struct payload_spec)};

void payloads_read(struct payloads *p, const char *file, struct documents *d, struct vars *vars)
{
	*p = (struct payloads){.file = file, .vars = vars};
	if (access(file, F_OK) == 0)
		p->doc = documents_get(d, file);
}

static void no_such(const struct payloads *p, const struct reader *r, const char *at,
                    const char *name)
{
	const json_t *all = p->doc ? p->doc->json : NULL;
	AUTO_DONE(buf) struct buf names = {0};
	struct near near = {.word = name};
	const char *x;
	json_t *ignored;

	json_object_foreach((json_t *)(uintptr_t)all, x, ignored)
	{
		if (*x == '$')
			continue;
		near_try(&near, x);
		buf_printf(&names, "%s%s", names.len ? ", " : "there are: ", x);
	}
	keys_wrong(r, at, "there is no payload '%s' in %s", name, p->file);
	keys_meant(r, &near, names.len ? buf_str(&names) : "add it there, with its sha256");
}

static void read_one(struct payloads *p, const struct reader *from, const char *name,
                     const json_t *j, struct payload_spec *ret)
{
	const struct reader r = {p->doc, from->arena, p->vars, from->complaints, NULL};

	ret->name = arena_dup(r.arena, name);
	ret->at = document_where(p->doc, name, r.arena);
	ret->sha256_at = document_where(p->doc, arena_printf(r.arena, "%s.sha256", name), r.arena);
	if (keys_read(&r, j, name, &payload_object, ret) < 0)
		return;
	if (!ret->address.n)
		keys_wrong(&r, arena_printf(r.arena, "%s.address", name), "'address' is empty");
	if (ret->placing.file && (ret->placing.strip.set || ret->placing.map.n))
		keys_wrong_key(&r,
		               arena_printf(r.arena, "%s.%s", name,
		                            ret->placing.strip.set ? "strip" : "map"),
		               "a 'file' has nothing to strip or map");
}

const struct payload_spec *payloads_find(struct payloads *p, const struct reader *r, const char *at,
                                         const char *name)
{
	const json_t *j = p->doc ? json_object_get(p->doc->json, name) : NULL;
	struct payload_spec *new;

	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->v[i]->name, name))
			return p->v[i];
	if (!j || *name == '$') {
		/* What there is in a broken file nobody knows. */
		if (!p->doc || p->doc->json)
			no_such(p, r, at, name);
		return NULL;
	}
	new = arena_alloc(r->arena, 1, sizeof *new);
	read_one(p, r, name, j, new);
	p->v = mem_grow(p->v, p->n + 1, sizeof(void *));
	p->v[p->n++] = new;
	return new;
}

void payloads_done(struct payloads *p)
{
	free(p->v);
	*p = (struct payloads){0};
}
