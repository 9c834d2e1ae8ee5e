// SPDX-License-Identifier: Apache-2.0
/* platform: what an image runs on, "linux/amd64", and what others call it. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

struct platform {
	const char *name;    /* "linux/amd64" */
	const char *os;      /* "linux" */
	const char *arch;    /* OCI's: "amd64" */
	const char *debian;  /* Debian's name of the architecture */
	const char *machine; /* uname(2)'s */
};

/* *ret is static.  Another platform is ERR_USAGE. */
int platform_find(const char *name, const struct platform **ret, struct err *e);
/* Is it what this program runs on? */
bool platform_is_host(const struct platform *p);
