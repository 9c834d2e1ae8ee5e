// SPDX-License-Identifier: Apache-2.0
#include "build/run.h"

#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "base/stop.h"
#include "build/forecast.h"
#include "build/past.h"
#include "image/observe.h"

/* What an image is at one stage of the way. */
struct work {
	struct run_image *out;
	struct locked_layer *locked;
	struct image_plan plan;
	struct job **jobs;
};

/* Writes the lock, and says what changed in it. */
static int keep_lock(const struct run *r, struct err *e)
{
	AUTO_DONE(buf) struct buf text = {0};
	char *rest = NULL;

	lock_changes(r->resolve->lock, &text);
	if (lock_write(r->resolve->lock, e) < 0)
		return -1;
	if (r->changes) {
		buf_add(r->changes, buf_str(&text));
		return 0;
	}
	for (char *line = text.p ? strtok_r(text.p, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest))
		log_say("lock: %s", line);
	return 0;
}

int run_lock(struct run *r, struct err *e)
{
	if (resolve_profile(r->resolve, e) < 0)
		return -1;
	for (size_t i = 0; i < r->spec->n; i++) {
		const struct image_spec *image = &r->spec->v[i];
		struct locked_layer *ignored;

		if (resolve_image(r->resolve, image, &ignored, e) < 0) {
			struct err second = {0};

			/* What was found out stays known. */
			(void)keep_lock(r, &second);
			return err_ctx(e, "%s", image->label);
		}
	}
	return keep_lock(r, e);
}

static int observe_files(const struct run *r, const struct layer_spec *l, struct observation *ret,
                         struct err *e)
{
	AUTO_DONE(buf) struct buf list = {0};

	if (observe_folder(r->fetch->store, l->folder, &list, &ret->digest, e) < 0)
		return -1;
	ret->files = arena_dup(r->arena, buf_str(&list));
	return 0;
}

static int observe_layer(const struct run *r, const struct layer_spec *l, struct observation *ret,
                         struct err *e)
{
	if (l->kind == LAYER_FILES && observe_files(r, l, ret, e) < 0)
		return err_ctx(e, "%s", l->at);
	if (l->kind == LAYER_PROGRAM &&
	    (observe_find_program(r->dir, r->resolve->platform, l->program, r->arena, &ret->path,
	                          e) < 0 ||
	     observe_program(r->fetch->store, ret->path, &ret->digest, e) < 0))
		return err_ctx(e, "%s", l->at);
	return 0;
}

static int plan_one(const struct run *r, struct work *w, struct err *e)
{
	const struct image_spec *image = w->out->image;
	struct observation *seen = arena_alloc(r->arena, image->nlayers, sizeof *seen);
	const struct plan_inputs in = {
		.image = image,
		.platform = r->resolve->platform,
		.locked = w->locked,
		.observed = seen,
		.profile = pack_profile,
	};

	for (size_t i = 0; i < image->nlayers; i++)
		if (observe_layer(r, &image->layers[i], &seen[i], e) < 0)
			return -1;
	plan_image(&in, r->arena, &w->plan);
	return 0;
}

/* The first layer that is not there tells why the image is not. */
static int check_jobs(const struct work *w, struct err *e)
{
	for (size_t i = 0; i < w->plan.n; i++) {
		if (w->jobs[i]->rc < 0) {
			*e = w->jobs[i]->err;
			return -1;
		}
	}
	return 0;
}

static void resolve_all(const struct run *r, struct work *v)
{
	for (size_t i = 0; i < r->spec->n; i++)
		v[i].out->rc =
			resolve_image(r->resolve, v[i].out->image, &v[i].locked, &v[i].out->err);
}

static void plan_all(const struct run *r, struct work *v, struct jobs *jobs)
{
	for (size_t i = 0; i < r->spec->n; i++) {
		if (v[i].out->rc == 0)
			v[i].out->rc = plan_one(r, &v[i], &v[i].out->err);
		if (v[i].out->rc == 0)
			v[i].jobs = jobs_add(jobs, &v[i].plan);
	}
}

static int assemble_one(const struct run *r, const struct work *w, struct err *e)
{
	struct store *s = r->fetch->store;

	if (check_jobs(w, e) < 0 || assemble_image(s, &w->plan, w->jobs, &w->out->made, e) < 0)
		return -1;
	return past_put_image(s, &w->plan, e);
}

static int build_round(struct run *r, struct work *v, struct err *e)
{
	AUTO_DONE(jobs) struct jobs jobs;

	resolve_all(r, v);
	jobs_init(&jobs, r->fetch, r->spec->dir, r->arena);
	if (keep_lock(r, e) < 0)
		return -1;
	plan_all(r, v, &jobs);
	if (jobs_run(&jobs, e) < 0)
		return -1;
	for (size_t i = 0; i < r->spec->n; i++)
		if (v[i].out->rc == 0)
			v[i].out->rc = assemble_one(r, &v[i], &v[i].out->err);
	return 0;
}

/* Has a mirror dropped versions that the lock names? */
static bool some_are_gone(const struct run *r)
{
	const struct lock *l = r->resolve->lock;
	bool gone = false;

	for (size_t i = 0; i < l->nsets; i++) {
		if (!l->sets[i]->gone)
			continue;
		gone = true;
		if (!r->resolve->refuse)
			log_say("the mirror no longer has %s: packages %s are solved again",
			        l->sets[i]->left, l->sets[i]->name);
	}
	return gone && !r->resolve->refuse && !r->fetch->offline && !stop_asked();
}

static struct work *work_begin(const struct run *r)
{
	struct run_image *out = arena_alloc(r->arena, r->spec->n, sizeof *out);
	struct work *v = arena_alloc(r->arena, r->spec->n, sizeof *v);

	for (size_t i = 0; i < r->spec->n; i++) {
		out[i].image = &r->spec->v[i];
		v[i].out = &out[i];
	}
	return v;
}

int run_build(struct run *r, struct run_image **ret, struct err *e)
{
	struct work *v = work_begin(r);

	if (resolve_profile(r->resolve, e) < 0 || build_round(r, v, e) < 0)
		return -1;
	/* The same signed suite is asked once more; payloads are never renewed. */
	if (some_are_gone(r) && build_round(r, v, e) < 0)
		return -1;
	*ret = v->out;
	return 0;
}

int run_plan(struct run *r, json_t **ret, struct err *e)
{
	AUTO_DONE(jobs) struct jobs jobs;
	struct work *v = work_begin(r);
	AUTO(json) json_t *images = json_array();

	jobs_init(&jobs, r->fetch, r->spec->dir, r->arena);
	if (resolve_profile(r->resolve, e) < 0)
		return -1;
	resolve_all(r, v);
	plan_all(r, v, &jobs);
	for (size_t i = 0; i < r->spec->n; i++) {
		if (v[i].out->rc < 0) {
			*e = v[i].out->err;
			return err_ctx(e, "%s", v[i].out->image->label);
		}
		json_array_append_new(images,
		                      forecast_image(r->fetch->store, &v[i].plan, v[i].jobs));
	}
	*ret = forecast(take(&images), &jobs.fetcher);
	return 0;
}

void run_reused(struct run *r, run_use *use, void *ctx)
{
	AUTO_DONE(jobs) struct jobs jobs;
	struct work *v = work_begin(r);

	jobs_init(&jobs, r->fetch, r->spec->dir, r->arena);
	resolve_all(r, v);
	plan_all(r, v, &jobs);
	for (size_t i = 0; i < r->spec->n; i++) {
		const struct run_image *out = v[i].out;

		if (out->rc < 0)
			log_warn("%s cannot be planned: %s", out->image->label, out->err.msg);
		for (size_t k = 0; out->rc == 0 && k < v[i].plan.n; k++)
			if (v[i].jobs[k]->done)
				use(ctx, out->image, &v[i].plan.v[k], &v[i].jobs[k]->layer);
	}
}

static int mirror_image(const struct run *r, const struct image_spec *image, struct fetcher *f,
                        struct err *e)
{
	struct locked_layer *locked;

	if (resolve_image(r->resolve, image, &locked, e) < 0)
		return err_ctx(e, "%s", image->label);
	for (size_t i = 0; i < image->nlayers; i++) {
		if (locked[i].payload)
			fetcher_add_payload(f, image->layers[i].payload, locked[i].payload);
		if (locked[i].set)
			fetcher_add_set(f, locked[i].set);
	}
	return 0;
}

int run_mirror(struct run *r, const char *dir, struct mirrored *ret, struct err *e)
{
	AUTO_DONE(fetcher) struct fetcher f;

	fetcher_init(&f, r->fetch, r->spec->dir);
	for (size_t i = 0; i < r->spec->n; i++)
		if (mirror_image(r, &r->spec->v[i], &f, e) < 0)
			return -1;
	return mirror_write(&f, dir, ret, e);
}
