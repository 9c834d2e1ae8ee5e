// SPDX-License-Identifier: Apache-2.0
#include "build/assemble.h"

#include "base/base.h"
#include "build/check.h"
#include "image/manifest.h"
#include "store/index.h"

/* Writes the two documents; what is there already is not written again. */
static int put_documents(struct store *s, const struct image_plan *p,
                         const struct image_layer *layers, struct digest *ret, uint64_t *ret_size,
                         struct err *e)
{
	AUTO_DONE(buf) struct buf config = {0};
	AUTO_DONE(buf) struct buf manifest = {0};
	struct digest id;

	config_text(p->image, p->platform, layers, p->n, &config);
	if (store_put_blob(s, config.p, config.len, &id, e) < 0)
		return -1;
	manifest_text(layers, p->n, &id, config.len, &p->image->config->annotations, &manifest);
	*ret_size = manifest.len;
	return store_put_blob(s, manifest.p, manifest.len, ret, e);
}

static int put_references(struct store *s, const struct image_plan *p, const struct digest *d,
                          uint64_t size, struct err *e)
{
	for (size_t i = 0; i < p->image->tags.n; i++) {
		AUTO(str) char *ref = mem_printf("%s:%s", p->image->name, p->image->tags.v[i]);
		AUTO(str) char *type = mem_dup(MEDIA_MANIFEST);
		AUTO(str) char *os = mem_dup(p->platform->os);
		AUTO(str) char *arch = mem_dup(p->platform->arch);
		const struct index_image image = {ref, *d, size, type, os, arch};

		if (index_put(s, &image, e) < 0)
			return -1;
	}
	return 0;
}

int assemble_image(struct store *s, const struct image_plan *p, struct job *const *jobs,
                   struct assembled *ret, struct err *e)
{
	struct image_layer *layers = mem_alloc(p->n, sizeof *layers);
	struct assembled made = {.nlayers = p->n};
	uint64_t size = 0;
	int rc;

	for (size_t i = 0; i < p->n; i++) {
		layers[i] = (struct image_layer){jobs[i]->layer, p->v[i].created_by};
		made.size += jobs[i]->layer.packed.size;
		made.nreused += jobs[i]->reused;
	}
	rc = check_layers(s, p, jobs, e);
	if (rc == 0)
		rc = put_documents(s, p, layers, &made.manifest, &size, e);
	if (rc == 0)
		rc = put_references(s, p, &made.manifest, size, e);
	if (rc == 0)
		*ret = made;
	free(layers);
	return rc;
}
