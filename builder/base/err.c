// SPDX-License-Identifier: Apache-2.0
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __clang_analyzer__
#undef err_set
#undef err_sys
#undef err_ctx
#undef err_hint
#endif

static const int exit_codes[] = {
	[ERR_NONE] = 0, [ERR_SYS] = 1,  [ERR_USAGE] = 2,  [ERR_SPEC] = 2,
	[ERR_NET] = 3,  [ERR_AUTH] = 4, [ERR_VERIFY] = 5,
};

int err_exit_code(const struct err *e)
{
	return exit_codes[e->kind];
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	e->kind = kind;
	e->hint[0] = '\0';
	e->below = NULL;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	e->kind = ERR_SYS;
	e->hint[0] = '\0';
	e->below = NULL;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof e->msg - n, ": %s", strerror(saved));
	return -1;
}

int err_ctx(struct err *e, const char *fmt, ...)
{
	char inner[sizeof e->msg];
	size_t n;
	va_list ap;

	memcpy(inner, e->msg, sizeof inner);
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof e->msg - n, ": %s", inner);
	return -1;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->hint[0])
		return -1;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof e->hint, fmt, ap);
	va_end(ap);
	return -1;
}

int err_below(struct err *e, char *lines)
{
	static char *kept;

	free(kept);
	kept = lines;
	e->below = lines;
	return -1;
}
