// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "image/manifest.h"

static void print_image(const struct index_image *x, const struct manifest *m)
{
	char digest[DIGEST_STR_MAX];

	printf("%-36s %s %10s %3zu layers\n", x->ref, digest_str(&x->manifest, digest),
	       log_size(manifest_size(m)), m->nlayers);
}

static json_t *image(const struct index_image *x, const struct manifest *m)
{
	char digest[DIGEST_STR_MAX];

	return json_pack("{s:s, s:s, s:o, s:I, s:I}", "name", x->ref, "digest",
	                 digest_str(&x->manifest, digest), "platform",
	                 json_sprintf("%s/%s", x->os, x->architecture), "size",
	                 (json_int_t)manifest_size(m), "layers", (json_int_t)m->nlayers);
}

static int list(struct store *s, const struct index *x, bool json, struct err *e)
{
	json_t *images = json_array();
	AUTO(json) json_t *doc = json_pack("{s:i, s:o}", "schema", 1, "images", images);
	AUTO_DONE(buf) struct buf text = {0};

	/* Bytes of the layers as they are stored, and how many layers there are. */
	for (size_t i = 0; i < x->n; i++) {
		AUTO_DONE(manifest) struct manifest m = {0};

		if (manifest_read(s, &x->v[i].manifest, &m, e) < 0)
			return err_ctx(e, "%s", x->v[i].ref);
		if (json)
			json_array_append_new(images, image(&x->v[i], &m));
		else
			print_image(&x->v[i], &m);
	}
	json_pretty(doc, &text);
	if (json)
		fputs(buf_str(&text), stdout);
	return 0;
}

int cmd_list(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	bool json = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "json", NULL, &json, "all of it, for programs"},
	};

	if (common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e) < 0 ||
	    common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0)
		return -1;
	return list(&s, &x, json, e);
}
