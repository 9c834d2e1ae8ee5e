// SPDX-License-Identifier: Apache-2.0
#include "base/show.h"

#include <string.h>
#include <sys/ioctl.h>

#include "base/json.h"
#include "base/mem.h"

#define SCHEMA 1

/* One write, so that other programs' lines do not come in between. */
static void emit(const struct buf *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(STDERR_FILENO, b->p + at, b->len - at);

		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

/* --- live --- */

static struct winsize terminal(void)
{
	struct winsize w = {0};

	(void)ioctl(STDERR_FILENO, TIOCGWINSZ, &w);
	if (w.ws_col < 2)
		w.ws_col = 80;
	if (w.ws_row < 2)
		w.ws_row = 24;
	return w;
}

/* The cursor stays where the first line begins, so whatever else is written takes their place.  The
 * last column stays empty: some terminals go to the next line there. */
static void draw(const struct view *steps, struct buf *b)
{
	const struct winsize w = terminal();
	unsigned n = 0, more = 0;

	for (; steps; steps = steps->next) {
		if (n + 2 >= w.ws_row && n) {
			more++;
			continue;
		}
		buf_add(b, n++ ? "\n" : "");
		view_live(steps, w.ws_col - 1u, b);
	}
	if (more && w.ws_col > 16 && w.ws_row > 2) {
		buf_printf(b, "\nand %u more", more);
		n++;
	}
	if (n > 1)
		buf_printf(b, "\033[%uA", n - 1);
	if (n)
		buf_add(b, "\r");
}

static void redraw(const char *above, const struct view *steps)
{
	AUTO_DONE(buf) struct buf b = {0};

	buf_printf(&b, SHOW_ERASE "%s", above);
	draw(steps, &b);
	emit(&b);
}

void show_live(const struct view *steps)
{
	redraw("", steps);
}

/* --- JSON Lines --- */

static void emit_json(json_t *doc)
{
	AUTO(json) json_t *owned = doc;
	AUTO_DONE(buf) struct buf b = {0};

	json_text(owned, &b);
	buf_add(&b, "\n");
	emit(&b);
}

static json_t *event(const char *name)
{
	return json_pack("{s:i, s:s}", "schema", SCHEMA, "event", name);
}

static json_t *step_event(const char *name, const struct view *v)
{
	json_t *doc = event(name);

	json_object_set_new(doc, "id", json_integer(v->id));
	json_object_set_new(doc, "step", json_string(v->verb));
	json_object_set_new(doc, "name", json_string(v->name));
	if (v->total)
		json_object_set_new(doc, "total", json_integer((json_int_t)v->total));
	return doc;
}

static void tell_json(const struct view *v)
{
	json_t *doc = step_event("progress", v);

	json_object_set_new(doc, "done", json_integer((json_int_t)v->done));
	json_object_set_new(doc, "rate", json_integer((json_int_t)v->rate));
	json_object_set_new(doc, "ms", json_integer((json_int_t)(v->seconds * 1e3)));
	if (view_left(v) >= 0)
		json_object_set_new(doc, "left", json_integer(view_left(v)));
	if (*v->via)
		json_object_set_new(doc, "via", json_string(v->via));
	emit_json(doc);
}

void show_begin(const struct view *v)
{
	emit_json(step_event("begin", v));
}

void show_end(const struct view *v, bool ok, uint64_t size)
{
	json_t *doc = step_event("end", v);

	json_object_set_new(doc, "ok", json_boolean(ok));
	json_object_set_new(doc, "ms", json_integer((json_int_t)(v->seconds * 1e3)));
	if (size)
		json_object_set_new(doc, "size", json_integer((json_int_t)size));
	emit_json(doc);
}

/* --- lines --- */

void show_line(enum show_mode mode, enum log_level level, const char *text,
               const struct view *steps)
{
	static const char *const names[] = {"say", "warning", "error", "hint"};
	AUTO(str) char *line = mem_printf("%s%s\n", log_prefix(level), text);
	json_t *doc;

	if (mode == SHOW_LIVE) {
		redraw(line, steps);
	} else if (mode == SHOW_JSON) {
		doc = event(names[level]);
		json_object_set_new(doc, "text", json_string(text));
		emit_json(doc);
	} else {
		emit(&(struct buf){.p = line, .len = strlen(line)});
	}
}

void show_step(enum show_mode mode, const struct view *v)
{
	AUTO_DONE(buf) struct buf b = {0};

	if (mode == SHOW_JSON) {
		tell_json(v);
		return;
	}
	view_words(v, &b);
	show_line(mode, LOG_SAY, buf_str(&b), NULL);
}
