// SPDX-License-Identifier: Apache-2.0
#include "image/payloads.h"

#include <fcntl.h>
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
static const struct keys payload_object = {"a payload", payload_keys, ARRAY_LEN(payload_keys),
                                           sizeof(struct payload_spec)};

int payloads_read(struct payloads *p, const char *file, struct err *e)
{
	*p = (struct payloads){.file = file};
	if (access(file, F_OK) < 0)
		return 0;
	if (json_read_file(AT_FDCWD, file, &p->doc, e) < 0)
		return -1;
	if (!json_is_object(p->doc))
		return err_set(e, ERR_SPEC, "%s: should be an object", file);
	return 0;
}

static int no_such(const struct payloads *p, const char *name, struct err *e)
{
	AUTO_DONE(buf) struct buf names = {0};
	const char *x;
	json_t *ignored;

	json_object_foreach(p->doc, x, ignored)
		buf_printf(&names, "%s%s", names.len ? ", " : "there are: ", x);
	err_set(e, ERR_SPEC, "there is no payload '%s' in %s", name, p->file);
	return err_hint(e, "%s", names.len ? buf_str(&names) : "add it there, with its sha256");
}

static int read_one(struct payloads *p, const struct reader *r, const char *name,
                    struct payload_spec *ret, struct err *e)
{
	const struct reader here = {p->file, r->arena, r->vars};
	const json_t *j = json_object_get(p->doc, name);

	if (!j)
		return no_such(p, name, e);
	if (keys_read(&here, j, name, &payload_object, ret, e) < 0)
		return -1;
	if (!ret->address.n)
		return keys_err(&here, name, e, "'address' is empty");
	if (ret->placing.file && (ret->placing.strip.set || ret->placing.map.n))
		return keys_err(&here, name, e, "a 'file' has nothing to strip or map");
	ret->name = arena_dup(r->arena, name);
	ret->at = arena_printf(r->arena, "%s: %s", p->file, name);
	return 0;
}

int payloads_find(struct payloads *p, const struct reader *r, const char *name,
                  const struct payload_spec **ret, struct err *e)
{
	struct payload_spec *new;

	for (size_t i = 0; i < p->n; i++) {
		if (!strcmp(p->v[i]->name, name)) {
			*ret = p->v[i];
			return 0;
		}
	}
	new = arena_alloc(r->arena, 1, sizeof *new);
	if (read_one(p, r, name, new, e) < 0)
		return -1;
	p->v = mem_grow(p->v, p->n + 1, sizeof(void *));
	p->v[p->n++] = new;
	*ret = new;
	return 0;
}

void payloads_done(struct payloads *p)
{
	free(p->v);
	json_decref(p->doc);
	*p = (struct payloads){0};
}
