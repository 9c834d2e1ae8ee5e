// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/base.h"
#include "base/buf.h"

bool log_quiet, log_colour;
void (*log_sink)(enum log_level level, const char *text);

const char *log_prefix(enum log_level level)
{
	static const struct {
		const char *plain, *coloured;
	} rows[] = {
		[LOG_SAY] = {"",          ""                        },
		[LOG_WARN] = {"warning: ", "\033[33mwarning:\033[0m "},
		[LOG_ERROR] = {"lili: ",    "\033[31mlili:\033[0m "   },
		[LOG_HINT] = {"hint: ",    "\033[36mhint:\033[0m "   },
	};

	return log_colour ? rows[level].coloured : rows[level].plain;
}

static void put(enum log_level level, const char *text)
{
	if (log_sink)
		log_sink(level, text);
	else
		fprintf(stderr, "%s%s\n", log_prefix(level), text);
}

__attribute__((format(printf, 2, 0))) static void line(enum log_level level, const char *fmt,
                                                       va_list ap)
{
	char text[2048];

	vsnprintf(text, sizeof text, fmt, ap);
	put(level, text);
}

void log_say(const char *fmt, ...)
{
	va_list ap;

	if (log_quiet)
		return;
	va_start(ap, fmt);
	line(LOG_SAY, fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LOG_WARN, fmt, ap);
	va_end(ap);
}

void log_error(const struct err *e)
{
	AUTO_DONE(buf) struct buf text = {0};

	buf_add(&text, e->msg);
	if (e->below) {
		buf_printf(&text, "\n%s", e->below);
		if (text.p[text.len - 1] == '\n')
			text.p[text.len - 1] = '\0';
	}
	put(LOG_ERROR, buf_str(&text));
	if (e->hint[0])
		put(LOG_HINT, e->hint);
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
