// SPDX-License-Identifier: Apache-2.0
/* keys: what a JSON object of a definition may hold, as one table an object; the reader follows the
 * table, and so does whatever prints a schema. */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/json.h"
#include "image/vars.h"

enum key_type {
	KEY_IGNORED, /* "$schema" */
	KEY_TEXT,    /* const char * */
	KEY_PATH, /* const char *: relative, without "." or ".." in it; "/" in front is taken off */
	KEY_LIST, /* struct texts */
	KEY_ONE_MORE, /* struct texts: one text or a list of them */
	KEY_PAIRS,    /* struct pairs: an object of texts, in its order */
	KEY_NUMBER,   /* struct number: 0 to 2^53 */
	KEY_MODE,     /* struct number: text, octal, at most 0777 */
	KEY_DURATION, /* struct number: text as "30s" or "1m30s", in nanoseconds */
	KEY_SHA256,   /* struct digest: 64 hex digits */
	KEY_SHA512,   /* struct sha512: 128 hex digits */
	KEY_OBJECT,   /* pointer to what `object` describes, NULL when absent */
	KEY_OBJECTS,  /* struct objects */
	KEY_KINDS,    /* struct objects of struct kind; `object` is a list of keys that ends with an
	                 empty one, and the first key of each tells its objects from the others' */
};

struct texts {
	const char **v; /* NULL-ended; NULL when absent */
	size_t n;
};
struct pair {
	const char *name, *value;
};
struct pairs {
	struct pair *v;
	size_t n;
};
struct number {
	bool set;
	uint64_t n;
};
struct sha512 {
	bool set;
	uint8_t bytes[64];
};
struct objects {
	void *v;
	size_t n;
};

struct keys;
struct key {
	const char *name;
	enum key_type type;
	bool required;
	size_t offset; /* in the struct that the object becomes */
	const struct keys *object;
	const char *help;
};
struct keys {
	const char *what; /* "an image"; NULL ends a list of kinds */
	const struct key *v;
	size_t n;
	size_t size; /* of the struct */
};

/* One object of a list of several kinds. */
struct kind {
	const struct keys *keys;
	void *v;
	const char *at;
};

/* What reading needs: where it is, for messages, and where its strings go. */
struct reader {
	const char *file; /* "images/spark/image.json" */
	struct arena *arena;
	struct vars *vars;
};

/* Fills `to`, which is zeroed, from object `j`; `at` is its place in the file ("layers[2]").
 * Everything wrong is ERR_SPEC with file and place. */
int keys_read(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
              void *to, struct err *e);
/* ERR_SPEC that begins with file and place. */
int keys_err(const struct reader *r, const char *at, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
