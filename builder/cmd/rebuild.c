// SPDX-License-Identifier: Apache-2.0
#include "cmd/rebuild.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "cmd/definitions.h"
#include "image/culprit.h"
#include "source/scratch.h"

/* The store of the second build; its payloads are those of the first, which are hashed again as
 * they feed layers. */
static int make_store(struct store *s, struct scratch *ret, char **ret_path, struct err *e)
{
	AUTO(str) char *real = realpath(s->path, NULL);
	AUTO(str) char *payloads = NULL;
	AUTO(str) char *path = NULL;
	AUTO(str) char *link = NULL;

	if (!real)
		return err_sys(e, "find the store %s", s->path);
	if (scratch_make(s, ret, e) < 0)
		return -1;
	payloads = mem_printf("%s/payloads", real);
	path = mem_printf("%s/store", ret->path);
	link = mem_printf("%s/payloads", path);
	if (fs_mkdirs(path, e) < 0)
		return -1;
	if (symlink(payloads, link) < 0)
		return err_sys(e, "link %s", link);
	*ret_path = take(&path);
	return 0;
}

/* One image of the index and the same one built again. */
static int compare(struct store *was, struct store *is, const struct index_image *x,
                   const struct digest *now, const char *profile, json_t *ret, struct err *e)
{
	AUTO_DONE(view) struct view a = {0};
	AUTO_DONE(view) struct view b = {0};
	char before[DIGEST_STR_MAX], after[DIGEST_STR_MAX];
	json_t *rows = json_array();

	json_array_append_new(ret, json_pack("{s:s, s:s, s:s, s:o}", "name", x->ref, "digest",
	                                     digest_str(&x->manifest, before), "rebuilt",
	                                     digest_str(now, after), "differences", rows));
	if (digest_eq(&x->manifest, now))
		return 0;
	if (view_read(was, x->ref, &x->manifest, &a, e) < 0 ||
	    view_read(is, x->ref, now, &b, e) < 0)
		return -1;
	if (culprit_find(&a, &b, profile, rows, e) < 0)
		return err_ctx(e, "%s", x->ref);
	return 0;
}

static int compare_tags(struct store *was, const struct definitions *d,
                        const struct run_image *made, const struct index *index,
                        const char *profile, json_t *ret, struct err *e)
{
	const struct platform *platform = d->resolve.platform;

	for (size_t i = 0; i < made->image->tags.n; i++) {
		AUTO(str)
		char *ref = mem_printf("%s:%s", made->image->name, made->image->tags.v[i]);
		const struct index_image *x = NULL;

		for (size_t k = 0; k < index->n && !x; k++)
			if (!strcmp(index->v[k].ref, ref) &&
			    !strcmp(index->v[k].os, platform->os) &&
			    !strcmp(index->v[k].architecture, platform->arch))
				x = &index->v[k];
		if (!x) {
			log_warn("%s is not in the store: nothing to compare with", ref);
			continue;
		}
		if (compare(was, d->fetch.store, x, &made->made.manifest, profile, ret, e) < 0)
			return -1;
	}
	return 0;
}

static void print_people(const json_t *images)
{
	size_t i, k;
	json_t *x, *row;

	json_array_foreach(images, i, x)
	{
		const json_t *rows = json_object_get(x, "differences");
		const char *name = json_string_value(json_object_get(x, "name"));
		const char *was = json_string_value(json_object_get(x, "digest"));
		const char *is = json_string_value(json_object_get(x, "rebuilt"));

		if (!strcmp(was, is))
			printf("%s %s: built again, it is the same\n", name, was);
		else
			printf("%s %s: built again, it is %s\n", name, was, is);
		json_array_foreach(rows, k, row)
		{
			const json_t *at = json_object_get(row, "layer");

			if (at)
				printf("  layer %" JSON_INTEGER_FORMAT " (%s): ",
				       json_integer_value(at),
				       json_string_value(json_object_get(row, "by")));
			printf("%s%s - %s\n", at ? "" : "  ",
			       json_string_value(json_object_get(row, "what")),
			       json_string_value(json_object_get(row, "why")));
		}
	}
}

static int report(json_t *images, bool json, struct err *e)
{
	size_t i, other = 0;
	json_t *x;

	json_array_foreach(images, i, x) other +=
		!json_equal(json_object_get(x, "digest"), json_object_get(x, "rebuilt"));
	if (json) {
		AUTO(json)
		json_t *doc =
			json_pack("{s:i, s:b, s:O}", "schema", 1, "ok", !other, "images", images);
		AUTO_DONE(buf) struct buf text = {0};

		json_pretty(doc, &text);
		fputs(buf_str(&text), stdout);
	} else {
		print_people(images);
	}
	if (!other)
		return 0;
	err_set(e, ERR_VERIFY, "%zu image%s came out differently", other, other == 1 ? "" : "s");
	return err_hint(e, "lili build brings the store up to date, if the inputs are meant so");
}

/* Builds, and compares what came of it with the index of the store. */
static int run(struct store *s, const struct index *index, struct definitions *d, json_t *images,
               struct err *e)
{
	/* Other blobs are an answer here, not a reason to refuse. */
	const char *profile = d->lock.profile;
	struct run_image *made = NULL;

	d->lock.profile = pack_profile;
	if (run_build(&d->run, &made, e) < 0)
		return -1;
	for (size_t i = 0; i < d->spec.n; i++) {
		if (made[i].rc < 0) {
			*e = made[i].err;
			return err_ctx(e, "%s", made[i].image->label);
		}
		if (compare_tags(s, d, &made[i], index, profile, images, e) < 0)
			return -1;
	}
	return 0;
}

int rebuild(const struct common *c, char *const *names, size_t n, bool json, struct err *e)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index index = {0};
	AUTO_DONE(scratch) struct scratch room = SCRATCH_NONE;
	AUTO_DONE(definitions) struct definitions d = DEFINITIONS_NONE;
	AUTO(json) json_t *images = json_array();
	AUTO(str) char *path = NULL;
	struct common again = *c; /* its lists stay c's */

	if (common_open(c, &s, NULL, e) < 0 || index_read(&s, &index, e) < 0 ||
	    make_store(&s, &room, &path, e) < 0)
		return -1;
	again.store = path;
	again.offline = again.locked = true;
	if (definitions_open(&d, &again, names, n, e) < 0 || run(&s, &index, &d, images, e) < 0)
		return -1;
	return report(images, json, e);
}
