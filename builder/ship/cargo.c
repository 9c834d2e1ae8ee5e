// SPDX-License-Identifier: Apache-2.0
#include "ship/cargo.h"

#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/mem.h"

#define REF_NAME "org.opencontainers.image.ref.name"
#define FULL_NAME "io.containerd.image.name"

static void add_blob(struct cargo *c, const struct digest *d, uint64_t size)
{
	c->blobs = mem_grow(c->blobs, c->nblobs + 1, sizeof *c->blobs);
	c->blobs[c->nblobs++] = (struct cargo_blob){*d, size};
}

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

static void drop_twins(struct cargo *c)
{
	size_t kept = 0;

	if (!c->nblobs)
		return;
	qsort(c->blobs, c->nblobs, sizeof *c->blobs, by_digest);
	for (size_t i = 0; i < c->nblobs; i++)
		if (!kept || !digest_eq(&c->blobs[kept - 1].digest, &c->blobs[i].digest))
			c->blobs[kept++] = c->blobs[i];
	c->nblobs = kept;
}

int cargo_read(struct store *s, const struct index_image *const *images, size_t n,
               struct cargo *ret, struct err *e)
{
	AUTO_DONE(cargo) struct cargo c = {0};

	c.images = mem_alloc(n + 1, sizeof *c.images);
	for (size_t i = 0; i < n; i++) {
		struct manifest *m = &c.images[i].manifest;

		c.images[i].image = images[i];
		if (manifest_read(s, &images[i]->manifest, m, e) < 0)
			return err_ctx(e, "%s", images[i]->ref);
		c.nimages++;
		add_blob(&c, &images[i]->manifest, images[i]->size);
		add_blob(&c, &m->config, m->config_size);
		for (size_t k = 0; k < m->nlayers; k++)
			add_blob(&c, &m->layers[k].digest, m->layers[k].size);
	}
	drop_twins(&c);
	*ret = c;
	c = (struct cargo){0};
	return 0;
}

void cargo_done(struct cargo *c)
{
	for (size_t i = 0; i < c->nimages; i++)
		manifest_done(&c->images[i].manifest);
	free(c->images);
	free(c->blobs);
	*c = (struct cargo){0};
}

void cargo_full_name(const char *ref, struct buf *ret)
{
	size_t first = strcspn(ref, "/");
	bool host = ref[first] && (memchr(ref, '.', first) || memchr(ref, ':', first) ||
	                           (first == 9 && !strncmp(ref, "localhost", 9)));

	if (!host)
		buf_add(ret, ref[first] ? "docker.io/" : "docker.io/library/");
	buf_add(ret, ref);
}

static json_t *annotations(const char *ref, bool engine)
{
	AUTO_DONE(buf) struct buf full = {0};
	const char *tag = strrchr(ref, ':');

	if (!engine || !tag)
		return json_pack("{s:s}", REF_NAME, ref);
	cargo_full_name(ref, &full);
	return json_pack("{s:s, s:s}", FULL_NAME, buf_str(&full), REF_NAME, tag + 1);
}

void cargo_index(const struct cargo *c, bool engine, struct buf *ret)
{
	json_t *list = json_array();
	AUTO(json)
	json_t *doc = json_pack("{s:i, s:s, s:o}", "schemaVersion", 2, "mediaType",
	                        "application/vnd.oci.image.index.v1+json", "manifests", list);

	for (size_t i = 0; i < c->nimages; i++) {
		const struct index_image *x = c->images[i].image;
		char digest[DIGEST_STR_MAX];

		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:I, s:o, s:{s:s, s:s}}", "mediaType", x->media_type,
		                  "digest", digest_str(&x->manifest, digest), "size",
		                  (json_int_t)x->size, "annotations", annotations(x->ref, engine),
		                  "platform", "architecture", x->architecture, "os", x->os));
	}
	json_text(doc, ret);
}

static json_t *blob_path(const struct digest *d)
{
	char hex[DIGEST_HEX_MAX];

	return json_sprintf("blobs/sha256/%s", digest_hex(d, hex));
}

/* One entry an image: its references are tags of that. */
static json_t *find_entry(json_t *doc, json_t *config)
{
	json_t *x;
	size_t i;

	json_array_foreach(doc, i,
	                   x) if (json_equal(json_object_get(x, "Config"), config)) return x;
	return NULL;
}

void cargo_docker(const struct cargo *c, struct buf *ret)
{
	AUTO(json) json_t *doc = json_array();

	for (size_t i = 0; i < c->nimages; i++) {
		const struct manifest *m = &c->images[i].manifest;
		AUTO(json) json_t *config = blob_path(&m->config);
		json_t *x = find_entry(doc, config), *layers;

		if (!x) {
			layers = json_array();
			x = json_pack("{s:O, s:[], s:o}", "Config", config, "RepoTags", "Layers",
			              layers);
			for (size_t k = 0; k < m->nlayers; k++)
				json_array_append_new(layers, blob_path(&m->layers[k].digest));
			json_array_append_new(doc, x);
		}
		json_array_append_new(json_object_get(x, "RepoTags"),
		                      json_string(c->images[i].image->ref));
	}
	json_text(doc, ret);
}

int cargo_open_blob(struct store *s, const struct cargo_blob *b, int *ret_fd, struct err *e)
{
	AUTO(fd) int fd = -1;
	char name[DIGEST_STR_MAX];
	struct stat st;

	if (store_open_file(s->blobs, &b->digest, &fd, e) < 0)
		return err_hint(e, "lili build makes what is missing");
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s in the store", digest_str(&b->digest, name));
	if ((uint64_t)st.st_size != b->size) {
		err_set(e, ERR_VERIFY, "store %s: blob %s has %llu bytes instead of %llu", s->path,
		        digest_str(&b->digest, name), (unsigned long long)st.st_size,
		        (unsigned long long)b->size);
		return err_hint(e, "remove blobs/sha256/%s there and build again", name + 7);
	}
	*ret_fd = take_fd(&fd);
	return 0;
}

int cargo_refuse_blob(struct store *s, const struct cargo_blob *b, const struct digest *got,
                      struct err *e)
{
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];

	err_set(e, ERR_VERIFY, "store %s: blob %s has other contents: %s", s->path,
	        digest_str(&b->digest, want), digest_str(got, have));
	return err_hint(e, "remove blobs/sha256/%s there and build again", want + 7);
}
