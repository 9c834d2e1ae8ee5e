// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "build/needed.h"
#include "cmd/cmd.h"
#include "cmd/damages.h"
#include "cmd/definitions.h"

/* What the store keeps beside its objects: apt's lists, and folders of clients at work. */
static const char *const folders[] = {"apt", "tmp"};

struct cache {
	const struct common *common;
	bool json, dry, all;
	struct store *store; /* of the definitions, or `own` */
	struct store own;
	struct definitions definitions;
	struct needed needed;
	struct stock stock;
};

static void cache_done(struct cache *c)
{
	stock_done(&c->stock);
	needed_done(&c->needed);
	definitions_done(&c->definitions);
	store_done(&c->own);
}

static void print(const json_t *doc)
{
	AUTO_DONE(buf) struct buf text = {0};

	json_pretty(doc, &text);
	fputs(buf_str(&text), stdout);
}

/* Opens definitions and store.  Whoever only looks may do without definitions. */
static int open_all(struct cache *c, bool needs_definitions, struct err *e)
{
	AUTO(str) char *images = mem_printf("%s/images", c->common->dir);
	struct definitions *d = &c->definitions;

	c->store = &c->own;
	if (!needs_definitions && access(images, F_OK) < 0)
		return common_open(c->common, &c->own, NULL, e);
	c->store = &d->store;
	if (definitions_open(d, c->common, NULL, 0, e) < 0)
		return -1;
	d->resolve.looks = true;
	return 0;
}

static int find_needs(struct cache *c, struct err *e)
{
	struct definitions *d = &c->definitions;

	if (needed_by_images(&c->needed, c->store, e) < 0)
		return -1;
	if (c->store != &d->store)
		return 0;
	needed_by_build(&c->needed, &d->run);
	return c->all ? 0 : needed_by_lock(&c->needed, d->spec.dir, e);
}

/* NULL: nobody needs it. */
static const char *user_of(struct cache *c, const struct stock_item *x)
{
	const struct need *n = needed_find(&c->needed, c->store, x);

	if (n && n->others)
		return arena_printf(&c->needed.arena, "%s, and %zu more", n->by, n->others);
	if (n)
		return n->by;
	if (stock_is_part(x))
		return c->all ? NULL : "an unfinished download";
	/* What a file was, and how the last build came about: small, and asked for by every build.
	 */
	return x->area == STOCK_MEMO && !c->all ? "the next build" : NULL;
}

static void print_list(const json_t *doc)
{
	const char *name, *path, *by;
	json_int_t size, n;
	json_t *x;
	size_t i;

	json_object_foreach(json_object_get(doc, "areas"), name, x)
	{
		json_unpack(x, "{s:I, s:I}", "objects", &n, "size", &size);
		printf("%-14s %10s", name, log_size((unsigned long long)size));
		if (n)
			printf("  %" JSON_INTEGER_FORMAT " objects", n);
		printf("\n");
	}
	json_array_foreach(json_object_get(doc, "objects"), i, x)
	{
		by = "nobody";
		json_unpack(x, "{s:s, s:I, s?s}", "path", &path, "size", &size, "by", &by);
		if (strncmp(path, "memo/", 5) != 0)
			printf("%10s  %-80s %s\n", log_size((unsigned long long)size), path, by);
	}
}

static json_t *item(const struct stock_item *x)
{
	return json_pack("{s:o, s:I}", "path",
	                 json_sprintf("%s/%s", stock_area_name(x->area), x->name), "size",
	                 (json_int_t)x->size);
}

static int list(struct cache *c, struct err *e)
{
	json_t *areas = json_object(), *objects = json_array();
	AUTO(json)
	json_t *doc = json_pack("{s:i, s:o, s:o}", "schema", 1, "areas", areas, "objects", objects);
	json_int_t n[STOCK_AREAS] = {0}, size[STOCK_AREAS] = {0};

	if (open_all(c, false, e) < 0 || find_needs(c, e) < 0 ||
	    stock_read(c->store, &c->stock, e) < 0)
		return -1;
	for (size_t i = 0; i < c->stock.n; i++) {
		const struct stock_item *x = &c->stock.v[i];
		const char *by = user_of(c, x);
		json_t *row = item(x);

		n[x->area]++;
		size[x->area] += (json_int_t)x->size;
		if (by)
			json_object_set_new(row, "by", json_string(by));
		json_array_append_new(objects, row);
	}
	for (enum stock_area a = 0; a < STOCK_AREAS; a++)
		json_object_set_new(areas, stock_area_name(a),
		                    json_pack("{s:I, s:I}", "objects", n[a], "size", size[a]));
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		json_object_set_new(areas, folders[i],
		                    json_pack("{s:i, s:I}", "objects", 0, "size",
		                              (json_int_t)stock_folder_size(c->store, folders[i])));
	if (c->json)
		print(doc);
	else
		print_list(doc);
	return 0;
}

/* The lists of packages that apt keeps: the next `lili lock` asks for them again. */
static int drop_lists(struct cache *c, json_t *removed, uint64_t *ret_bytes, struct err *e)
{
	uint64_t size = stock_folder_size(c->store, "apt");
	AUTO(str) char *path = mem_printf("%s/apt", c->store->path);

	*ret_bytes += size;
	if (size)
		json_array_append_new(
			removed, json_pack("{s:s, s:I}", "path", "apt", "size", (json_int_t)size));
	return c->dry ? 0 : fs_rmtree(path, e);
}

static int drop(struct cache *c, json_t *removed, uint64_t *ret_bytes, uint64_t *ret_kept,
                struct err *e)
{
	for (size_t i = 0; i < c->stock.n; i++) {
		const struct stock_item *x = &c->stock.v[i];

		/* What lili did not name is not lili's to remove. */
		if (user_of(c, x) || (!digest_is_set(&x->digest) && !stock_is_part(x))) {
			*ret_kept += x->size;
			continue;
		}
		if (!c->dry && stock_remove(c->store, x, e) < 0)
			return -1;
		*ret_bytes += x->size;
		json_array_append_new(removed, item(x));
	}
	return c->all ? drop_lists(c, removed, ret_bytes, e) : 0;
}

static void print_removed(const struct cache *c, const json_t *removed, uint64_t bytes,
                          uint64_t kept)
{
	const char *path;
	json_int_t size;
	json_t *x;
	size_t i;

	json_array_foreach(removed, i, x)
	{
		json_unpack(x, "{s:s, s:I}", "path", &path, "size", &size);
		printf("%10s  %s\n", log_size((unsigned long long)size), path);
	}
	printf("%s %s, %s %s\n", c->dry ? "would remove" : "removed", log_size(bytes),
	       c->dry ? "keep" : "kept", log_size(kept));
}

static int gc(struct cache *c, struct err *e)
{
	AUTO(json) json_t *removed = json_array();
	uint64_t bytes = 0, kept = 0;

	if (open_all(c, true, e) < 0 || (!c->dry && store_claim(c->store, e) < 0) ||
	    find_needs(c, e) < 0 || stock_read(c->store, &c->stock, e) < 0 ||
	    drop(c, removed, &bytes, &kept, e) < 0)
		return -1;
	if (c->json) {
		AUTO(json)
		json_t *doc = json_pack("{s:i, s:b, s:O, s:I, s:I}", "schema", 1, "dryRun", c->dry,
		                        "removed", removed, "bytes", (json_int_t)bytes, "kept",
		                        (json_int_t)kept);

		print(doc);
	} else {
		print_removed(c, removed, bytes, kept);
	}
	return 0;
}

static int verify(struct cache *c, struct err *e)
{
	AUTO_DONE(audit) struct audit a = {.store = &c->own};

	if (common_open(c->common, &c->own, NULL, e) < 0)
		return -1;
	audit_objects(&a);
	return damages_report(&a, c->json, e);
}

static const struct {
	const char *name;
	int (*run)(struct cache *c, struct err *e);
} actions[] = {
	{"ls",     list  },
	{"gc",     gc    },
	{"verify", verify},
};

int cmd_cache(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common common = {0};
	AUTO_DONE(cache)
	struct cache c = {.common = &common, .own = STORE_NONE, .definitions = DEFINITIONS_NONE};
	const struct opt opts[] = {
		{OPT_FLAG, 'n', "dry-run", NULL, &c.dry,  "gc: say what would go, remove nothing"},
		{OPT_FLAG, 0,   "all",     NULL, &c.all,
	         "gc: also payloads of the lock, unfinished downloads, memos, lists of packages" },
		{OPT_FLAG, 0,   "json",    NULL, &c.json, "all of it, for programs"              },
	};
	int n = common_parse(&common, self, opts, ARRAY_LEN(opts), argc, argv, e);
	const char *action = n > 0 ? argv[1] : "ls";

	if (n < 0)
		return -1;
	for (size_t i = 0; n < 2 && i < ARRAY_LEN(actions); i++)
		if (!strcmp(actions[i].name, action))
			return actions[i].run(&c, e);
	return err_set(e, ERR_USAGE, "cache: one of ls, gc, verify, not '%s'", argv[n]);
}
