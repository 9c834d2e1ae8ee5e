// SPDX-License-Identifier: Apache-2.0
#include "base/view.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"

/* Rates below this say nothing about the end. */
#define RATE_LEAST 1.0
#define NARROW 70 /* columns: names are not lined up below */
#define NAME_WIDTH 18
#define LEFT_MOST (100.0 * 3600)

static int percent(const struct view *v)
{
	return v->done >= v->total ? 100 : (int)((double)v->done * 100 / (double)v->total);
}

long view_left(const struct view *v)
{
	double left;

	if (v->total <= v->done || v->rate < RATE_LEAST)
		return -1;
	left = (double)(v->total - v->done) / v->rate;
	return left > LEFT_MOST ? -1 : (long)(left + 0.5);
}

/* "0:06", "1:02:03" */
static void put_time(long s, struct buf *ret)
{
	if (s >= 3600)
		buf_printf(ret, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	else
		buf_printf(ret, "%ld:%02ld", s / 60, s % 60);
}

/* Names come from definitions: a control character would move the cursor, and a character cut in
 * two is none.  One code point is taken for one column. */
static void put_columns(const char *text, size_t n, unsigned width, struct buf *ret)
{
	unsigned columns = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c & 0xc0) != 0x80 && columns++ == width)
			return;
		buf_put(ret, c < ' ' || c == 0x7f ? "?" : &text[i], 1);
	}
}

/* Of an address, whose server it is. */
static void put_host(const char *via, struct buf *ret)
{
	const char *host = strstr(via, "://");

	host = host ? host + 3 : via;
	buf_printf(ret, "  %.*s", (int)strcspn(host, "/"), host);
}

void view_live(const struct view *v, unsigned width, struct buf *ret)
{
	AUTO_DONE(buf) struct buf b = {0};
	long left = view_left(v);

	buf_printf(&b, "%-7s ", v->verb);
	if (v->total)
		buf_printf(&b, "%3d%%", percent(v));
	else
		put_time((long)v->seconds, &b);
	buf_printf(&b, "  %-*s", width < NARROW ? 0 : NAME_WIDTH, v->name);
	if (v->rate >= RATE_LEAST)
		buf_printf(&b, "  %s/s", log_size((unsigned long long)v->rate));
	if (left >= 0) {
		buf_add(&b, "  ");
		put_time(left, &b);
	}
	if (v->total)
		buf_printf(&b, "  of %s", log_size(v->total));
	else if (v->done)
		buf_printf(&b, "  %s", log_size(v->done));
	if (*v->via)
		put_host(v->via, &b);
	put_columns(b.p, b.len, width, ret);
}

void view_words(const struct view *v, struct buf *ret)
{
	long left = view_left(v);

	buf_printf(ret, "%s %s: ", v->verb, v->name);
	if (v->done && v->total)
		buf_printf(ret, "%s of %s (%d %%)", log_size(v->done), log_size(v->total),
		           percent(v));
	else if (v->done)
		buf_add(ret, log_size(v->done));
	else
		buf_printf(ret, "under way for %.0f s", v->seconds);
	if (v->rate >= RATE_LEAST)
		buf_printf(ret, ", %s/s", log_size((unsigned long long)v->rate));
	if (left >= 0) {
		buf_add(ret, ", ");
		put_time(left, ret);
		buf_add(ret, " left");
	}
	if (*v->via)
		buf_printf(ret, " (%s)", v->via);
}
