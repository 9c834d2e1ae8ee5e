// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/definitions.h"

#define SHOWN_HEX 12 /* digits of a digest that people compare */

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* A value with its digests cut short. */
static void shown(const char *value, struct buf *to)
{
	while (*value) {
		size_t hex = strspn(value, "0123456789abcdef");
		size_t word = hex ? hex : strcspn(value, "0123456789abcdef");

		buf_put(to, value, hex == 64 ? SHOWN_HEX : word);
		value += word;
	}
	if (!to->len)
		buf_add(to, "nothing");
}

static void print_change(const json_t *row)
{
	AUTO_DONE(buf) struct buf old = {0};
	AUTO_DONE(buf) struct buf now = {0};

	shown(text(row, "old"), &old);
	shown(text(row, "new"), &now);
	printf("           %s: %s -> %s\n", text(row, "input"), buf_str(&old), buf_str(&now));
}

static void print_step(const char *label, const json_t *x)
{
	size_t i;
	json_t *row;

	printf("  %-8s %s%s%s\n", text(x, "does"), label, *text(x, "because") ? ": " : "",
	       text(x, "because"));
	json_array_foreach(json_object_get(x, "changes"), i, row) print_change(row);
}

static void print_image(const json_t *x)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(x, "tags"), i, one)
		printf("%s%s:%s", i ? ", " : "", text(x, "name"), json_string_value(one));
	printf(" (%s)\n", text(x, "platform"));
	json_array_foreach(json_object_get(x, "layers"), i, one)
		print_step(text(one, "label"), one);
	print_step("the image", json_object_get(x, "image"));
}

static void print_people(const json_t *doc)
{
	json_t *fetch = json_object_get(doc, "fetch"), *x;
	size_t i;

	json_array_foreach(json_object_get(doc, "images"), i, x) print_image(x);
	if (!json_array_size(fetch)) {
		puts("nothing to fetch");
		return;
	}
	printf("to fetch, %s:\n",
	       log_size((unsigned long long)json_integer_value(json_object_get(doc, "fetchSize"))));
	json_array_foreach(fetch, i, x)
	{
		long long n = json_integer_value(json_object_get(x, "files"));
		const json_t *size = json_object_get(x, "size");

		printf("  %10s  %s, %lld file%s\n",
		       size ? log_size((unsigned long long)json_integer_value(size)) : "?",
		       text(x, "name"), n, n == 1 ? "" : "s");
	}
}

int cmd_plan(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(definitions) struct definitions d = DEFINITIONS_NONE;
	AUTO_DONE(buf) struct buf out = {0};
	AUTO(json) json_t *doc = NULL;
	bool json = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "json", NULL, &json, "all of it, for programs"},
	};
	int n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	c.looks = true;
	if (definitions_open(&d, &c, argv + 1, (size_t)n, e) < 0 || run_plan(&d.run, &doc, e) < 0)
		return -1;
	if (json) {
		json_pretty(doc, &out);
		fputs(buf_str(&out), stdout);
	} else {
		print_people(doc);
	}
	return 0;
}
