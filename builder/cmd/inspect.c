// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "image/view.h"

static void print_json(const struct view *v)
{
	char digest[DIGEST_STR_MAX], id[DIGEST_STR_MAX];
	AUTO_DONE(buf) struct buf text = {0};
	AUTO(json)
	json_t *doc = json_pack("{s:i, s:s, s:s, s:s, s:I, s:O, s:O}", "schema", 1, "name", v->name,
	                        "digest", digest_str(&v->digest, digest), "id",
	                        digest_str(&v->manifest.config, id), "size",
	                        (json_int_t)manifest_size(&v->manifest), "manifest",
	                        v->manifest.doc, "config", v->config);

	json_pretty(doc, &text);
	fputs(buf_str(&text), stdout);
}

static void print_layers(const struct view *v)
{
	printf("\nlayers, from below up:\n");
	for (size_t i = 0; i < v->manifest.nlayers; i++) {
		const struct manifest_layer *l = &v->manifest.layers[i];
		char digest[DIGEST_STR_MAX];

		printf("  %.19s %10s  %s\n", digest_str(&l->digest, digest), log_size(l->size),
		       view_created_by(v, i));
	}
}

/* One line a setting; lists and objects as JSON, on that line. */
static void print_settings(const json_t *config)
{
	const char *name;
	json_t *x;

	printf("\nhow it runs:\n");
	json_object_foreach((json_t *)(uintptr_t)config, name, x)
	{
		AUTO_DONE(buf) struct buf text = {0};
		size_t i;
		json_t *one;

		if (json_is_array(x) && !strcmp(name, "Env")) {
			json_array_foreach(x, i, one)
				printf("  %-12s %s\n", i ? "" : name, json_string_value(one));
			continue;
		}
		json_text(x, &text);
		printf("  %-12s %s\n", name,
		       json_is_string(x) ? json_string_value(x) : buf_str(&text));
	}
}

static void print_people(const struct view *v, const struct index_image *x)
{
	const char *created = json_string_value(json_object_get(v->config, "created"));
	char digest[DIGEST_STR_MAX];

	printf("%s\n", v->name);
	printf("  digest       %s\n", digest_str(&v->digest, digest));
	printf("  image ID     %s\n", digest_str(&v->manifest.config, digest));
	printf("  platform     %s/%s\n", x->os, x->architecture);
	printf("  created      %s\n", created ? created : "");
	printf("  size         %s in %zu layers\n", log_size(manifest_size(&v->manifest)),
	       v->manifest.nlayers);
	print_layers(v);
	print_settings(json_object_get(v->config, "config"));
}

int cmd_inspect(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	AUTO_DONE(picked) struct picked picked = {0};
	AUTO_DONE(view) struct view v = {0};
	bool json = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "json", NULL, &json, "all of it, for programs"},
	};
	int n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE, "inspect: which image? One, please");
	if (common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0 ||
	    common_pick(&c, &x, argv + 1, 1, &picked, e) < 0 ||
	    view_read(&s, picked.v[0]->ref, &picked.v[0]->manifest, &v, e) < 0)
		return -1;
	if (json)
		print_json(&v);
	else
		print_people(&v, picked.v[0]);
	return 0;
}
