// SPDX-License-Identifier: Apache-2.0
/* units: the small grammars inside texts of definitions.  All errors are ERR_SPEC. */
#pragma once

#include "image/keys.h"

/* "30s", "1m30s", "500ms": nanoseconds. */
int units_duration(const char *text, struct number *ret, struct err *e);
/* "0755": octal, at most 0777. */
int units_mode(const char *text, struct number *ret, struct err *e);
int units_sha512(const char *text, struct sha512 *ret, struct err *e);
/* A path inside the image or a definition's folder: no "." or ".." in it, no "/" around it; "/" and
 * "" are the top. */
int units_path(const char *text, struct arena *a, const char **ret, struct err *e);
/* "SIGTERM", "TERM", "15" or "SIGRTMIN+3". */
int units_signal(const char *text, struct err *e);
/* "spark", "1000", "spark:users" or "1000:1000". */
int units_user(const char *text, struct err *e);
/* "lilidata/spark", and "latest", as registries spell them. */
int units_image_name(const char *text, struct err *e);
int units_tag(const char *text, struct err *e);
