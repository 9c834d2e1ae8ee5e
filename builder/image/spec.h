// SPDX-License-Identifier: Apache-2.0
/* spec: the definitions of images, read and checked: images/NAME/image.json with the shared layers
 * of images/layers/ put in place and the variables replaced. */
#pragma once

#include "image/payloads.h"
#include "image/platform.h"
#include "layer/kinds.h"

enum layer_kind { LAYER_PACKAGES, LAYER_SYSTEM, LAYER_PAYLOAD, LAYER_FILES, LAYER_PROGRAM };

struct packages_spec {
	const char *suite;
	struct texts components, install;
};

struct layer_spec {
	enum layer_kind kind;
	const char *at; /* where it is defined: "images/spark/image.json:6:3" */
	bool absent;    /* for other rows of the matrix; only while reading */

	const char *set; /* LAYER_PACKAGES: its name in the lock */
	const struct packages_spec *packages;

	const struct payload_spec *payload; /* LAYER_PAYLOAD */
	struct placing placing;             /* the payload's, as this layer wants it */

	const char *folder;  /* LAYER_FILES: a path that can be opened */
	const char *source;  /* LAYER_FILES: the same for people: "rootfs" */
	const char *into;    /* payload, files: below this; "" is the root */
	const char *program; /* LAYER_PROGRAM */
	struct texts aliases;
	struct texts overrides; /* paths on which it may contradict the layers below */
};

struct healthcheck_spec {
	struct texts test;
	struct number interval, timeout, start_period, retries;
};

struct config_spec {
	struct pairs env, labels, annotations;
	struct texts entrypoint, cmd, volumes, ports;
	const char *user, *workdir, *stopsignal; /* NULL: not said */
	const struct healthcheck_spec *healthcheck;
};

struct image_spec {
	const char *folder;  /* "spark" */
	const char *file;    /* "images/spark/image.json" */
	const char *name;    /* "lilidata/spark" */
	const char *label;   /* for messages: the name, with a tag when it is a matrix' row */
	struct texts tags;   /* at least one */
	const char *tags_at; /* where the definition says so: "matrix[1].tags" */
	struct layer_spec *layers;
	size_t nlayers;
	struct account *accounts;
	size_t naccounts;
	const struct config_spec *config; /* never NULL */
};

struct spec {
	const char *dir;      /* the folder "images" itself */
	struct image_spec *v; /* owned; a row of a matrix is an image */
	size_t n;
	struct payloads payloads;
	struct documents documents;
	struct complaints complaints;
	struct vars *vars;   /* borrowed: --set's */
	struct arena *arena; /* borrowed; everything lives there */
};

/* Reads the images that `names` mean ("spark", "lilidata/spark": all its tags;
 * "lilidata/spark:3.5.9"), or all below DIR/images in the order of their folders' names when there
 * are none.  Everything that is wrong with any of them is in one ERR_SPEC; a name that means
 * nothing is ERR_USAGE.  The spec must not move. */
int spec_read(struct spec *s, const char *dir, char *const *names, size_t n, struct vars *vars,
              struct arena *a, struct err *e);
void spec_done(struct spec *s);
/* The shared layers there are. */
void spec_shared_names(const struct spec *s, struct texts *ret);
