// SPDX-License-Identifier: Apache-2.0
#include "build/check.h"

#include <string.h>

#include "base/base.h"
#include "store/memo.h"

/* Goes up when the check begins to find more. */
#define CHECK_FORMAT 1

static json_t *overrides(const struct step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; s->layer && i < s->layer->overrides.n; i++)
		json_array_append_new(list, json_string(s->layer->overrides.v[i]));
	return list;
}

static struct digest key_of(const struct image_plan *p, struct job *const *jobs)
{
	AUTO(json) json_t *doc = json_pack("{s:i, s:[]}", "check", CHECK_FORMAT, "layers");
	AUTO_DONE(buf) struct buf text = {0};
	char name[DIGEST_STR_MAX];
	struct digest d;

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(json_object_get(doc, "layers"),
		                      json_pack("[s, o]",
		                                digest_str(&jobs[i]->layer.packed.diff_id, name),
		                                overrides(&p->v[i])));
	json_text(doc, &text);
	digest_bytes(&d, text.p, text.len);
	return d;
}

/* Is the path one of `overrides`, or below one? */
static bool is_overridden(const struct texts *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *x = list->v[i] + strspn(list->v[i], "/");
		size_t n = strlen(x);

		if (!strncmp(name, x, n) && (!name[n] || name[n] == '/'))
			return true;
	}
	return false;
}

/* A view of `all` without what the definition vouches for. */
static struct paths without(const struct paths *all, const struct texts *list)
{
	struct paths some = {.v = mem_alloc(all->n, sizeof *all->v)};

	for (size_t i = 0; i < all->n; i++)
		if (!is_overridden(list, all->v[i].entry.name))
			some.v[some.n++] = all->v[i];
	return some;
}

static int check_one(const struct paths *const *below, size_t n, const struct paths *top,
                     const struct step *s, struct err *e)
{
	AUTO_DONE(paths) struct paths view = {0};

	if (s->layer && s->layer->overrides.n) {
		view = without(top, &s->layer->overrides);
		top = &view;
	}
	if (layer_check_over(below, n, top, s->label, e) == 0)
		return 0;
	if (!s->layer)
		return -1;
	err_hint(e, "when it is meant: \"overrides\": [\"PATH\"] in that layer");
	return err_ctx(e, "%s", s->layer->at);
}

static int check_all(struct store *s, const struct image_plan *p, struct job *const *jobs,
                     struct paths *v, const struct paths **list, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		list[i] = &v[i];
		if (paths_load(s, &jobs[i]->layer.packed.diff_id, &v[i], e) < 0 ||
		    check_one(list, i, &v[i], &p->v[i], e) < 0)
			return -1;
	}
	return 0;
}

int check_layers(struct store *s, const struct image_plan *p, struct job *const *jobs,
                 struct err *e)
{
	const struct digest key = key_of(p, jobs);
	AUTO(json) json_t *known = NULL;
	const struct paths **list;
	struct paths *v;
	int rc;

	if (memo_get(s, &key, &known) == 0 && json_is_true(json_object_get(known, "agree")))
		return 0;
	v = mem_alloc(p->n, sizeof *v);
	list = mem_alloc(p->n, sizeof(void *));
	rc = check_all(s, p, jobs, v, list, e);
	for (size_t i = 0; i < p->n; i++)
		paths_done(&v[i]);
	free(v);
	free(list);
	if (rc == 0) {
		AUTO(json) json_t *agree = json_pack("{s:b}", "agree", 1);

		rc = memo_put(s, &key, agree, e);
	}
	return rc;
}
