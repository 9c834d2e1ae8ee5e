// SPDX-License-Identifier: Apache-2.0
#include "image/view.h"

#include <string.h>

#include "base/base.h"

#define CONFIG_MAX ((size_t)4 << 20)

static int read_diff_ids(struct view *v, struct err *e)
{
	const json_t *rootfs = json_object_get(v->config, "rootfs");
	const json_t *list = json_object_get(rootfs, "diff_ids"), *x;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) != v->manifest.nlayers)
		return err_set(e, ERR_VERIFY,
		               "the manifest has %zu layers, its configuration %zu diffIDs",
		               v->manifest.nlayers, json_array_size(list));
	v->diff_ids = mem_alloc(v->manifest.nlayers, sizeof *v->diff_ids);
	json_array_foreach(list, i, x)
	{
		const char *text = json_string_value(x);

		if (digest_parse(&v->diff_ids[i], text ? text : "", e) < 0) {
			e->kind = ERR_VERIFY;
			return err_ctx(e, "diffID %zu", i);
		}
	}
	return 0;
}

static int read_config(struct view *v, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};

	if (store_read_blob(v->store, &v->manifest.config, CONFIG_MAX, &b, e) < 0)
		return -1;
	if (b.len != v->manifest.config_size)
		return err_set(e, ERR_VERIFY,
		               "its configuration has %zu bytes, not the %llu of the manifest",
		               b.len, (unsigned long long)v->manifest.config_size);
	if (json_read(buf_str(&b), b.len, "config", &v->config, e) < 0) {
		e->kind = ERR_VERIFY;
		return -1;
	}
	return read_diff_ids(v, e);
}

int view_read(struct store *s, const char *name, const struct digest *manifest, struct view *ret,
              struct err *e)
{
	AUTO_DONE(view) struct view v = {.store = s, .digest = *manifest};

	v.name = mem_dup(name);
	if (manifest_read(s, manifest, &v.manifest, e) < 0 || read_config(&v, e) < 0)
		return err_ctx(e, "%s", name);
	*ret = v;
	v = (struct view){0};
	return 0;
}

void view_done(struct view *v)
{
	manifest_done(&v->manifest);
	json_decref(v->config);
	free(v->diff_ids);
	free(v->name);
	*v = (struct view){0};
}

const char *view_created_by(const struct view *v, size_t layer)
{
	const json_t *past = json_array_get(json_object_get(v->config, "history"), layer);
	const char *by = json_string_value(json_object_get(past, "created_by"));

	return by ? by : "";
}
