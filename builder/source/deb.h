// SPDX-License-Identifier: Apache-2.0
/* deb: the members of a Debian binary package (deb(5)), in their order: control, then data. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "source/tarball.h"

/* What a package says of itself; strings live in `control`. */
struct deb_control {
	struct buf control; /* the control file as it is */
	struct buf md5sums; /* empty when the package has none */
	struct buf conffiles;
};
void deb_control_done(struct deb_control *c);
/* A field's value, its continuation lines joined by spaces; false (and "") when it has none. */
bool deb_control_field(const struct deb_control *c, const char *name, struct buf *ret);

struct deb;

/* Reads the control member, then stands at the data member.  fd is taken over and hashed against
 * `want` (a mismatch is reported at the end of the data).  No script is ever run. */
int deb_open(int fd, const struct digest *want, const char *label, struct deb **ret,
             struct deb_control *ret_control, struct err *e);
/* The data member; owned by the deb. */
struct tarball *deb_data(struct deb *d);
/* Reads to the end of the file, so that the digest is checked. */
int deb_finish(struct deb *d, struct err *e);
void deb_free(struct deb *d);
AUTO_DEFINE(deb, struct deb *, NULL, deb_free)
