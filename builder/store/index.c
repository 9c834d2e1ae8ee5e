// SPDX-License-Identifier: Apache-2.0
#include "store/index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/base.h"
#include "base/mem.h"

AUTO_DEFINE(images, const struct index_image **, NULL, free)

#define REF_NAME "org.opencontainers.image.ref.name"
#define INDEX_MAX ((size_t)4 << 20)

static int parse_one(const json_t *m, struct index_image *ret, struct err *e)
{
	const char *type, *digest, *ref = NULL, *os = "linux", *arch = "amd64";
	json_int_t size;

	if (json_unpack((json_t *)(uintptr_t)m, "{s:s, s:s, s:I, s?{s?s}, s?{s?s, s?s}}",
	                "mediaType", &type, "digest", &digest, "size", &size, "annotations",
	                REF_NAME, &ref, "platform", "os", &os, "architecture", &arch) < 0 ||
	    size < 0 || !ref)
		return err_set(e, ERR_VERIFY,
		               "index.json holds a descriptor without a name or digest");
	if (digest_parse(&ret->manifest, digest, e) < 0)
		return -1;
	ret->ref = mem_dup(ref);
	ret->media_type = mem_dup(type);
	ret->os = mem_dup(os);
	ret->architecture = mem_dup(arch);
	ret->size = (uint64_t)size;
	return 0;
}

/* The store's own file is no definition: what is wrong in it is damage. */
static int damaged(const struct store *s, struct err *e)
{
	err_ctx(e, "store %s", s->path);
	if (e->kind == ERR_SYS)
		return -1;
	e->kind = ERR_VERIFY;
	return err_hint(e, "remove index.json there; lili build writes it again");
}

int index_read(struct store *s, struct index *ret, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *doc = NULL;
	json_t *list, *m;
	size_t i;

	*ret = (struct index){0};
	if (faccessat(s->dirfd, "index.json", F_OK, 0) < 0 && errno == ENOENT)
		return 0;
	if (fs_read_file(s->dirfd, "index.json", INDEX_MAX, &b, e) < 0 ||
	    json_read(buf_str(&b), b.len, "index.json", &doc, e) < 0)
		return damaged(s, e);
	list = json_object_get(doc, "manifests");
	if (!json_is_array(list)) {
		err_set(e, ERR_VERIFY, "index.json has no list of manifests");
		return damaged(s, e);
	}
	ret->v = mem_alloc(json_array_size(list), sizeof *ret->v);
	json_array_foreach(list, i, m)
	{
		if (parse_one(m, &ret->v[ret->n], e) < 0) {
			index_done(ret);
			return damaged(s, e);
		}
		ret->n++;
	}
	return 0;
}

static void image_done(struct index_image *x)
{
	free(x->ref);
	free(x->media_type);
	free(x->os);
	free(x->architecture);
}

void index_done(struct index *x)
{
	for (size_t i = 0; i < x->n; i++)
		image_done(&x->v[i]);
	free(x->v);
	*x = (struct index){0};
}

bool index_means(const char *name, const char *ref)
{
	const char *slash = strrchr(name, '/');
	size_t n = strlen(name);

	if (strchr(slash ? slash : name, ':'))
		return !strcmp(name, ref);
	return !strncmp(name, ref, n) && !strcmp(ref + n, ":latest");
}

static json_t *descriptor(const struct index_image *x)
{
	char name[DIGEST_STR_MAX];

	return json_pack("{s:s, s:s, s:I, s:{s:s}, s:{s:s, s:s}}", "mediaType", x->media_type,
	                 "digest", digest_str(&x->manifest, name), "size", (json_int_t)x->size,
	                 "annotations", REF_NAME, x->ref, "platform", "architecture",
	                 x->architecture, "os", x->os);
}

/* One slot a reference and platform. */
static int compare(const struct index_image *a, const struct index_image *b)
{
	int ref = strcmp(a->ref, b->ref), os = strcmp(a->os, b->os);

	return ref ? ref : os ? os : strcmp(a->architecture, b->architecture);
}

static int by_slot(const void *a, const void *b)
{
	return compare(*(const struct index_image *const *)a,
	               *(const struct index_image *const *)b);
}

/* Sorted, so the file does not tell who came first. */
static int write_index(struct store *s, const struct index *have, const struct index_image *image,
                       struct err *e)
{
	AUTO(json)
	json_t *doc = json_pack("{s:i, s:s, s:[]}", "schemaVersion", 2, "mediaType",
	                        "application/vnd.oci.image.index.v1+json", "manifests");
	AUTO(images) const struct index_image **all = mem_alloc(have->n + 1, sizeof *all);
	AUTO_DONE(buf) struct buf text = {0};
	size_t n = 0;

	all[n++] = image;
	for (size_t i = 0; i < have->n; i++)
		if (compare(&have->v[i], image) != 0)
			all[n++] = &have->v[i];
	qsort(all, n, sizeof *all, by_slot);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(json_object_get(doc, "manifests"), descriptor(all[i]));
	json_text(doc, &text);
	return fs_write_file(s->dirfd, "index.json", text.p, text.len, e);
}

int index_put(struct store *s, const struct index_image *image, struct err *e)
{
	AUTO(fd) int lock = openat(s->dirfd, "index.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	AUTO_DONE(index) struct index have = {0};

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return err_sys(e, "store %s: lock index.json", s->path);
	if (index_read(s, &have, e) < 0)
		return -1;
	for (size_t i = 0; i < have.n; i++)
		if (compare(&have.v[i], image) == 0 &&
		    digest_eq(&have.v[i].manifest, &image->manifest))
			return 0;
	if (write_index(s, &have, image, e) < 0)
		return err_ctx(e, "store %s", s->path);
	return 0;
}
