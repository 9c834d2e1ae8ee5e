// SPDX-License-Identifier: Apache-2.0
/* vars: ${NAME} and ${NAME:-default} in the texts of definitions; set by --set, by the definition
 * itself and by nothing else, so a build does not depend on its environment. */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"

struct var {
	const char *name, *value;
	bool used;
};

struct vars {
	struct var *v;
	size_t n;
	struct vars *outer; /* where a name that is not here is looked for; NULL: nowhere */
	size_t asked;       /* how often one of `v` was */
	bool broken;        /* some are missing, which was complained of */
};

/* `sets` are NAME=VALUE; strings live in `a`. */
int vars_read(struct vars *v, const char *const *sets, size_t n, struct arena *a, struct err *e);
/* `text` with its variables replaced, "$${" being a plain "${"; *ret lives in `a` (or is `text`).
 * A variable that is not set and has no default is ERR_SPEC. */
int vars_expand(struct vars *v, const char *text, struct arena *a, const char **ret, struct err *e);
/* The variable of that name, here or further out, or NULL. */
struct var *vars_find(struct vars *v, const char *name, size_t len);
/* Here or further out. */
bool vars_are_broken(const struct vars *v);
bool vars_is_name(const char *text);
/* ERR_USAGE names the first one that no text asked for. */
int vars_check_used(const struct vars *v, struct err *e);
