// SPDX-License-Identifier: Apache-2.0
/* checkup: what of this machine a build depends on, looked at without changing anything. */
#pragma once

#include "cmd/definitions.h"

enum finding_level { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct finding {
	enum finding_level level;
	const char *what;
	const char *fix; /* "" when there is nothing to do */
};

struct checkup {
	const struct common *common; /* borrowed; only looks */
	struct definitions definitions;
	bool defined;     /* the definitions could be read */
	json_t *plan;     /* owned; NULL: nothing can be planned */
	struct err store; /* why the store is no good */
	struct finding *v;
	size_t n;
	struct arena arena;
};
#define CHECKUP_NONE                                                                               \
	(struct checkup)                                                                           \
	{                                                                                          \
		.definitions = DEFINITIONS_NONE                                                    \
	}

/* Makes every check but those that rest on one that failed. */
void checkup_run(struct checkup *c);
void checkup_done(struct checkup *c);
