// SPDX-License-Identifier: Apache-2.0
/* keys: what a JSON object of a definition may hold, as one table an object; the reader follows the
 * table, and so does whatever prints a schema. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/near.h"
#include "image/document.h"
#include "image/vars.h"

#define NUMBER_MAX ((json_int_t)1 << 53) /* what every JSON reader can hold */

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
	const char *name, *value; /* NULL: it was complained of */
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
	void *v; /* NULL: which kind it is could not be told */
	const char *at;
	bool varies; /* a variable of the innermost scope is in it */
};

/* What reading needs: where it is, for complaints, and where its strings go. */
struct reader {
	const struct document *doc;
	struct arena *arena;
	struct vars *vars;
	struct complaints *complaints;
	const char *const *skip; /* keys of the top that are not for this reader; NULL: none */
};

/* Fills `to`, which is zeroed, from object `j`; `at` is its place in the file ("layers[2]").
 * Everything wrong is complained of, and -1 then; what is well is filled in all the same. */
int keys_read(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
              void *to);
/* One key of it alone, if it is there. */
int keys_read_one(const struct reader *r, const json_t *j, const char *at, const struct keys *keys,
                  const char *name, void *to);

/* Complains of the value at `at`, or of its key; -1. */
int keys_wrong(const struct reader *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int keys_wrong_key(const struct reader *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Complains of it with a leaf's words. */
int keys_wrong_err(const struct reader *r, const char *at, const struct err *e);
/* Adds to the last complaint what was probably meant, if anything was; else `otherwise`, unless
 * that is empty. */
void keys_meant(const struct reader *r, const struct near *near, const char *otherwise);
