// SPDX-License-Identifier: Apache-2.0
/* lock: images/lock.json, which bytes exactly: payloads with size and sha256, package sets with
 * every package, one part a platform.  Sorted and one package a line, so that a change of it reads
 * well. */
#pragma once

#include "base/json.h"
#include "base/mem.h"
#include "image/platform.h"
#include "source/apt.h"

struct lock_payload {
	const char *name, *address;
	uint64_t size;
	struct digest sha256;
	const char *sha512; /* what it was also held to, in hex; NULL: its sha256 is given */
	bool changed;       /* since it was read or written */
	const struct lock_payload *was; /* what it was then; NULL: it is new, or not changed */
};

/* One layer of packages, as it was solved. */
struct lock_set {
	const char *key;      /* what it is called in the file: its name, or "NAME over A, B" */
	const char *name;     /* where the set is defined: "java-17" */
	const char *over;     /* the sets it was solved on top of: "debian"; "" for the lowest */
	struct digest inputs; /* of the definition and the sets below: others need another answer */
	struct package_set set;
	bool changed; /* as above, and so is the next */
	const struct lock_set *was;
	const char *suite; /* where it comes from, as its definition says; not in the file */
	bool gone;         /* the mirror lacks a package of it: to be solved again */
	char left[256];    /* which ones, for people */
};

struct lock {
	const char *file;               /* "images/lock.json" */
	const char *dir;                /* the folder it is in */
	const char *platform;           /* "linux/amd64" */
	const char *profile;            /* pack_profile of the blobs; NULL: nothing is locked yet */
	bool profile_changed;           /* since it was read */
	struct lock_payload **payloads; /* owned lists, sorted by name; what they hold is not */
	struct lock_set **sets;
	size_t npayloads, nsets;
	struct arena *arena; /* borrowed */
};

/* A file that is not there is an empty lock. */
int lock_read(struct lock *l, const char *dir, const char *platform, struct arena *a,
              struct err *e);
/* Writes it when something changed: whole, with what others wrote meanwhile about other things.
 * From then on nothing is changed. */
int lock_write(struct lock *l, struct err *e);
/* What changed, as a person reviews it: a line each payload, and each package set and package. */
void lock_changes(const struct lock *l, struct buf *ret);
void lock_done(struct lock *l);

struct lock_payload *lock_payload(const struct lock *l, const char *name);
struct lock_set *lock_set(const struct lock *l, const char *name, const char *over);
/* Adds or replaces, as changed; what the argument points to lives as long as the lock's arena. */
void lock_put_payload(struct lock *l, const struct lock_payload *x);
/* `key` is chosen here: the name, unless a set of that name over others has it. */
struct lock_set *lock_put_set(struct lock *l, const struct lock_set *x);
