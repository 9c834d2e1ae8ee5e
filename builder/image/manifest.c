// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.h"

#include <string.h>

#include "base/base.h"

#define MANIFEST_MAX ((size_t)4 << 20)

static json_t *descriptor(const char *type, const struct digest *d, uint64_t size)
{
	char name[DIGEST_STR_MAX];

	return json_pack("{s:s, s:s, s:I}", "mediaType", type, "digest", digest_str(d, name),
	                 "size", (json_int_t)size);
}

/* Key order is frozen: the bytes are hashed. */
void manifest_text(const struct image_layer *layers, size_t nlayers, const struct digest *config,
                   uint64_t config_size, const struct pairs *annotations, struct buf *ret)
{
	json_t *list = json_array();
	AUTO(json)
	json_t *doc =
		json_pack("{s:i, s:s, s:o, s:o}", "schemaVersion", 2, "mediaType", MEDIA_MANIFEST,
	                  "config", descriptor(MEDIA_CONFIG, config, config_size), "layers", list);

	for (size_t i = 0; i < nlayers; i++) {
		const struct packed *p = &layers[i].layer.packed;

		json_array_append_new(list, descriptor(MEDIA_LAYER, &p->digest, p->size));
	}
	if (annotations->n) {
		json_t *j = json_object();

		for (size_t i = 0; i < annotations->n; i++)
			json_object_set_new(j, annotations->v[i].name,
			                    json_string(annotations->v[i].value));
		json_object_set_new(doc, "annotations", j);
	}
	json_text(doc, ret);
}

static int read_descriptor(const json_t *j, struct digest *ret, uint64_t *ret_size,
                           const char **ret_type, struct err *e)
{
	const char *digest;
	json_int_t size;

	if (json_unpack((json_t *)(uintptr_t)j, "{s:s, s:s, s:I}", "mediaType", ret_type, "digest",
	                &digest, "size", &size) < 0 ||
	    size < 0)
		return err_set(e, ERR_VERIFY, "a descriptor lacks type, digest or size");
	*ret_size = (uint64_t)size;
	return digest_parse(ret, digest, e);
}

static int read_layers(struct manifest *m, struct err *e)
{
	const json_t *list = json_object_get(m->doc, "layers"), *x;
	size_t i;

	if (!json_is_array(list))
		return err_set(e, ERR_VERIFY, "there are no layers in it");
	m->layers = mem_alloc(json_array_size(list), sizeof *m->layers);
	json_array_foreach(list, i, x)
	{
		struct manifest_layer *l = &m->layers[i];

		if (read_descriptor(x, &l->digest, &l->size, &l->media_type, e) < 0)
			return -1;
		m->nlayers++;
	}
	return 0;
}

int manifest_read(struct store *s, const struct digest *d, struct manifest *ret, struct err *e)
{
	AUTO_DONE(manifest) struct manifest m = {0};
	AUTO_DONE(buf) struct buf b = {0};
	char name[DIGEST_STR_MAX];

	digest_str(d, name);
	if (store_read_blob(s, d, MANIFEST_MAX, &b, e) < 0 ||
	    json_read(buf_str(&b), b.len, name, &m.doc, e) < 0)
		return -1;
	if (read_descriptor(json_object_get(m.doc, "config"), &m.config, &m.config_size,
	                    &m.config_type, e) < 0 ||
	    read_layers(&m, e) < 0)
		return err_ctx(e, "manifest %s", name);
	*ret = m;
	m = (struct manifest){0};
	return 0;
}

void manifest_done(struct manifest *m)
{
	json_decref(m->doc);
	free(m->layers);
	*m = (struct manifest){0};
}

uint64_t manifest_size(const struct manifest *m)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->nlayers; i++)
		sum += m->layers[i].size;
	return sum;
}
