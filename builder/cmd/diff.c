// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "image/compare.h"

/* A digest names any image of the store, also one that no reference names any more. */
static int open_side(const struct common *c, struct store *s, const struct index *x, char *name,
                     struct view *ret, struct err *e)
{
	AUTO_DONE(picked) struct picked p = {0};
	struct digest d;

	if (!strncmp(name, "sha256:", 7)) {
		if (digest_parse(&d, name, e) < 0)
			return err_hint(e, "give the whole digest: lili list shows it");
		if (!store_has(s->blobs, &d, NULL))
			return err_set(e, ERR_USAGE, "there is no image %s in the store", name);
		return view_read(s, name, &d, ret, e);
	}
	if (common_pick(c, x, &name, 1, &p, e) < 0)
		return -1;
	return view_read(s, p.v[0]->ref, &p.v[0]->manifest, ret, e);
}

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static json_int_t number(const json_t *j, const char *key)
{
	return json_integer_value(json_object_get(j, key));
}

static void print_config(const char *sign, const json_t *row, const json_t *value)
{
	AUTO_DONE(buf) struct buf b = {0};

	if (!value)
		return;
	json_text(value, &b);
	printf("%s %s = %s\n", sign, text(row, "field"),
	       json_is_string(value) ? json_string_value(value) : buf_str(&b));
}

static void print_layer(const char *sign, const json_t *row, const json_t *x)
{
	if (x)
		printf("%s %" JSON_INTEGER_FORMAT " %.19s %10s  %s%s\n", sign, number(x, "at"),
		       text(x, "digest"), log_size((unsigned long long)number(x, "size")),
		       text(x, "by"),
		       !strcmp(text(row, "what"), "packed") ? " (the same tar, packed otherwise)"
		                                            : "");
}

static void print_package(const char *sign, const json_t *row, const json_t *x)
{
	if (x)
		printf("%s %s %s %s\n", sign, text(row, "name"), text(x, "version"),
		       text(x, "arch"));
}

static void print_file(const char *sign, const json_t *row, const json_t *x)
{
	if (!x)
		return;
	printf("%s /%s  %s %s %" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT, sign,
	       text(row, "path"), text(x, "type"), text(x, "mode"), number(x, "uid"),
	       number(x, "gid"));
	if (json_object_get(x, "size"))
		printf(" %" JSON_INTEGER_FORMAT " bytes", number(x, "size"));
	if (*text(x, "digest"))
		printf(" %.19s", text(x, "digest"));
	if (*text(x, "link"))
		printf(" -> %s", text(x, "link"));
	printf("\n");
}

static const struct part {
	const char *key;
	void (*print)(const char *sign, const json_t *row, const json_t *side);
} parts[] = {
	{"config",   print_config },
	{"layers",   print_layer  },
	{"packages", print_package},
	{"files",    print_file   },
};

static void print_part(const struct part *p, const json_t *rows)
{
	size_t i;
	json_t *row;

	if (!json_array_size(rows))
		return;
	printf("\n%s:\n", p->key);
	json_array_foreach(rows, i, row)
	{
		p->print("-", row, json_object_get(row, "a"));
		p->print("+", row, json_object_get(row, "b"));
	}
}

static void print_people(const json_t *doc)
{
	const json_t *a = json_object_get(doc, "a"), *b = json_object_get(doc, "b");
	size_t rows = 0;

	if (json_is_true(json_object_get(doc, "alike")))
		return;
	printf("--- %s %s\n", text(a, "name"), text(a, "digest"));
	printf("+++ %s %s\n", text(b, "name"), text(b, "digest"));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		print_part(&parts[i], json_object_get(doc, parts[i].key));
		rows += json_array_size(json_object_get(doc, parts[i].key));
	}
	if (!rows)
		printf("\nonly history, or the form of the documents, differs\n");
}

int cmd_diff(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	AUTO_DONE(view) struct view a = {0};
	AUTO_DONE(view) struct view b = {0};
	AUTO_DONE(buf) struct buf all = {0};
	AUTO(json) json_t *doc = NULL;
	bool json = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "json", NULL, &json, "all of it, for programs"},
	};
	int n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	if (n != 2)
		return err_set(e, ERR_USAGE, "diff: which two images?");
	if (common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0 ||
	    open_side(&c, &s, &x, argv[1], &a, e) < 0 ||
	    open_side(&c, &s, &x, argv[2], &b, e) < 0 || compare_views(&a, &b, &doc, e) < 0)
		return -1;
	json_pretty(doc, &all);
	if (json)
		fputs(buf_str(&all), stdout);
	else
		print_people(doc);
	return json_is_true(json_object_get(doc, "alike")) ? 0 : CMD_NO;
}
