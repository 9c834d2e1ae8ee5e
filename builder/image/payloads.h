// SPDX-License-Identifier: Apache-2.0
/* payloads: images/payloads.json, the upstream files that definitions speak of by name. */
#pragma once

#include "image/keys.h"

/* What of an archive goes where; a layer may say it otherwise than payloads.json. */
struct placing {
	const char *file; /* not an archive: put as it is under this name */
	struct number strip, mode;
	struct pairs map;
	struct texts include, exclude;
};

struct payload_spec {
	const char *name;
	const char *at;        /* where it is defined: "images/payloads.json:8:22" */
	const char *sha256_at; /* its sha256's place, where it gives one */
	struct texts address;
	struct digest sha256; /* unset: not pinned there */
	struct sha512 sha512;
	struct number size;
	struct number max; /* bytes unpacked */
	struct placing placing;
};

struct payloads {
	const struct document *doc; /* images/payloads.json; NULL when there is no such file */
	const char *file;
	struct vars *vars;       /* --set's: one name is one payload, whoever speaks of it */
	struct payload_spec **v; /* owned: those asked for so far */
	size_t n;
};

/* The keys of one payload. */
extern const struct keys payload_object;

void payloads_read(struct payloads *p, const char *file, struct documents *d, struct vars *vars);
/* The same pointer for the same name; it lives in the reader's arena.  NULL: there is none, which
 * is complained of at `at`, where it is asked for. */
const struct payload_spec *payloads_find(struct payloads *p, const struct reader *r, const char *at,
                                         const char *name);
void payloads_done(struct payloads *p);

/* The keys of a `struct placing` that lies `at` bytes into a struct, for tables. */
#define PLACING(at, member) (at) + offsetof(struct placing, member)
/* clang-format off */
#define PLACING_KEYS(at) \
	{"file",    KEY_PATH,   false, PLACING(at, file),    NULL, "no archive: put as it is under this name"}, \
	{"strip",   KEY_NUMBER, false, PLACING(at, strip),   NULL, "leading folders to take off every name"  }, \
	{"map",     KEY_PAIRS,  false, PLACING(at, map),     NULL, "path in it (after strip) -> path in into"}, \
	{"include", KEY_LIST,   false, PLACING(at, include), NULL, "patterns of what to take; default: all"  }, \
	{"exclude", KEY_LIST,   false, PLACING(at, exclude), NULL, "patterns of what to leave out"           }, \
	{"mode",    KEY_MODE,   false, PLACING(at, mode),    NULL, "mode of the single file"                 }
/* clang-format on */
