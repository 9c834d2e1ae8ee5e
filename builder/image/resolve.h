// SPDX-License-Identifier: Apache-2.0
/* resolve: makes the lock answer for an image: what is not there yet, or was solved from other
 * inputs, is found out, said, and put into the lock. */
#pragma once

#include "image/lock.h"
#include "image/spec.h"
#include "source/payload.h"

/* What the lock says of one layer; both NULL for layers made of local files, and for those it says
 * nothing of to one who only looks. */
struct locked_layer {
	const struct lock_payload *payload;
	struct lock_set *set;
};

struct resolve {
	const struct fetch *fetch;
	const struct platform *platform;
	struct lock *lock;
	bool refuse;  /* --locked: an answer that is missing is ERR_SPEC */
	bool looks;   /* nothing is asked: an answer that is missing stays missing */
	bool is_lock; /* `lili lock`: a payload without any digest is believed the first time */
	const char *update; /* the payload or package set to find out again; NULL: none */
	bool updated;       /* it was */
};

/* Compares the lock's profile with this program's: refuses (--locked), records (`lili lock`, or
 * nothing was recorded) or warns. */
int resolve_profile(struct resolve *r, struct err *e);
/* *ret has one element a layer and lives in the lock's arena.  The lock is not written. */
int resolve_image(struct resolve *r, const struct image_spec *image, struct locked_layer **ret,
                  struct err *e);
/* A payload as the source room wants it. */
struct payload resolve_payload(const struct payload_spec *spec, const char *dir,
                               const struct lock_payload *locked);
