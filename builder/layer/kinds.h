// SPDX-License-Identifier: Apache-2.0
/* kinds: the kinds of layer a definition can ask for, each from verified files to a layer. */
#pragma once

#include "layer/layer.h"
#include "layer/place.h"
#include "source/apt.h"

/* An archive (or, with `name`, a single file put at that name with `mode`) from store->payloads. */
struct payload_layer {
	const char *label;    /* the payload's name, for messages */
	struct digest sha256; /* in store->payloads */
	struct place place;
	const char *file; /* not an archive: its name in the image */
	uint32_t mode;    /* of the single file; 0: 0644 */
	uint64_t max_bytes;
};
int layer_payload(struct store *s, unsigned threads, const struct payload_layer *p,
                  struct layer *ret, struct err *e);
/* ERR_VERIFY: a payload of the store is no archive, by its beginning. */
int layer_check_payload(struct store *s, const char *label, const struct digest *sha256,
                        struct err *e);

/* A folder of the definition (sorted, owner 0:0, modes 0755/0644 by the owner's x bit). */
int layer_files(struct store *s, unsigned threads, const char *dir, const char *into,
                struct layer *ret, struct err *e);
/* A static program at /usr/local/bin/NAME and symlinks for its aliases. */
struct program_layer {
	const char *path, *name; /* what it is called here, and in the image */
	const char *arch;        /* OCI's: one for another machine is ERR_SPEC */
	const char *const *aliases;
	size_t naliases;
};
int layer_program(struct store *s, unsigned threads, const struct program_layer *p,
                  struct layer *ret, struct err *e);
/* A package set, sorted by name, unpacked without running scripts: usr-merge, alternatives,
 * status.d.  `lowest`: no packages below, so the /usr links and the root's folders are made. */
int layer_packages(struct store *s, unsigned threads, const struct package_set *set, bool lowest,
                   struct layer *ret, struct err *e);

/* What belongs to the whole image, made from the packages below it. */
struct account {
	const char *user;
	uint32_t uid, gid; /* gid defaults to uid */
	const char *group, *home, *shell;
};
struct system_layer {
	const struct package_set *sets; /* of all layers below, in order */
	size_t nsets;
	const struct paths *const *paths; /* of all layers below, in order */
	size_t npaths;
	const struct account *accounts;
	size_t naccounts;
	const char *arch; /* Debian's */
};
/* passwd, group, shadow-less; CA bundle and hash links; Java trust store; nsswitch.conf; loader
 * cache. */
int layer_system(struct store *st, unsigned threads, const struct system_layer *what,
                 struct layer *ret, struct err *e);

/* Does the layer on top contradict those below?  ERR_VERIFY names the first path through a lower
 * symlink, or over an entry of another type, mode or owner (a file over a file is fine). */
int layer_check_over(const struct paths *const *below, size_t n, const struct paths *top,
                     const char *label, struct err *e);
