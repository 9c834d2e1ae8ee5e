// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

bool log_quiet;

__attribute__((format(printf, 2, 0))) static void line(const char *prefix, const char *fmt,
                                                       va_list ap)
{
	char text[2048];

	vsnprintf(text, sizeof text, fmt, ap);
	fprintf(stderr, "%s%s\n", prefix, text);
}

void log_say(const char *fmt, ...)
{
	va_list ap;

	if (log_quiet)
		return;
	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("warning: ", fmt, ap);
	va_end(ap);
}

const char *log_size(unsigned long long bytes)
{
	static _Thread_local char ring[4][24];
	static _Thread_local unsigned at;
	char *s = ring[at++ % 4];

	if (bytes < 1000)
		snprintf(s, sizeof ring[0], "%llu B", bytes);
	else if (bytes < 999950) /* rounded, it would be 1000.0 kB */
		snprintf(s, sizeof ring[0], "%.1f kB", (double)bytes / 1e3);
	else
		snprintf(s, sizeof ring[0], "%.1f MB", (double)bytes / 1e6);
	return s;
}
