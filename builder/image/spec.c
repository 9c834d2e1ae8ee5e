// SPDX-License-Identifier: Apache-2.0
#include "image/spec.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "image/spec_image.h"

AUTO_DEFINE(dir, DIR *, NULL, closedir)

static const char *file_of(const struct spec *s, const char *folder)
{
	return arena_printf(s->arena, "%s/%s/image.json", s->dir, folder);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_text(const struct spec *s, struct texts *t, const char *text)
{
	const char **v = arena_alloc(s->arena, t->n + 2, sizeof *v);

	if (t->n)
		memcpy(v, t->v, t->n * sizeof *v);
	v[t->n++] = text;
	t->v = v;
}

/* Folders that hold an image.json, sorted. */
static int list_folders(const struct spec *s, struct texts *ret, struct err *e)
{
	AUTO(dir) DIR *d = opendir(s->dir);
	struct texts t = {0};
	struct dirent *x;

	if (!d && errno == ENOENT) {
		err_set(e, ERR_USAGE, "there is no folder %s", s->dir);
		return err_hint(e, "-C DIR names the folder that holds images/");
	}
	if (!d)
		return err_sys(e, "open %s", s->dir);
	while ((x = readdir(d)))
		if (x->d_name[0] != '.' && access(file_of(s, x->d_name), F_OK) == 0)
			add_text(s, &t, arena_dup(s->arena, x->d_name));
	if (!t.n)
		return err_set(e, ERR_USAGE, "%s holds no image.json in any folder", s->dir);
	qsort(t.v, t.n, sizeof *t.v, by_name);
	*ret = t;
	return 0;
}

void spec_shared_names(const struct spec *s, struct texts *ret)
{
	AUTO(dir) DIR *d = opendir(arena_printf(s->arena, "%s/layers", s->dir));
	struct dirent *x;

	while (d && (x = readdir(d))) {
		size_t n = strlen(x->d_name);

		if (n > 5 && !strcmp(x->d_name + n - 5, ".json"))
			add_text(s, ret, arena_dupn(s->arena, x->d_name, n - 5));
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_name);
}

/* What was asked for on the command line: a folder of it, and a tag or all (NULL). */
struct wish {
	const char *said, *folder, *tag;
};

/* The name in a folder's definition, as it stands there; "" when it has none. */
static const char *name_in(struct spec *s, const char *folder)
{
	const struct document *d = documents_get(&s->documents, file_of(s, folder));
	const char *name = json_string_value(json_object_get(d->json, "name"));

	return name ? name : "";
}

static int find_folder(struct spec *s, const struct texts *folders, const char *want,
                       struct wish *ret, struct err *e)
{
	const char *tag = strrchr(want, ':');
	const char *name = tag ? arena_dupn(s->arena, want, (size_t)(tag - want)) : want;
	struct near near = {.word = name};
	AUTO_DONE(buf) struct buf names = {0};

	*ret = (struct wish){want, NULL, tag ? tag + 1 : NULL};
	for (size_t i = 0; i < folders->n && !ret->folder; i++)
		if (!strcmp(folders->v[i], name))
			ret->folder = folders->v[i];
	for (size_t i = 0; i < folders->n && !ret->folder; i++) {
		if (!strcmp(name_in(s, folders->v[i]), name))
			ret->folder = folders->v[i];
		near_try(&near, folders->v[i]);
		near_try(&near, name_in(s, folders->v[i]));
		buf_printf(&names, "%s%s", i ? ", " : "", folders->v[i]);
	}
	if (ret->folder)
		return 0;
	err_set(e, ERR_USAGE, "there is no image '%s' in %s", want, s->dir);
	return near.best
	               ? err_hint(e, "did you mean '%s'? there are: %s", near.best, buf_str(&names))
	               : err_hint(e, "there are: %s", buf_str(&names));
}

static bool has_text(const struct texts *t, const char *text)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->v[i], text))
			return true;
	return false;
}

static bool is_wished(const struct wish *w, const struct image_spec *image)
{
	return !strcmp(w->folder, image->folder) && (!w->tag || has_text(&image->tags, w->tag));
}

/* Leaves only the images wished for. */
static int keep_wished(struct spec *s, const struct wish *v, size_t n, struct err *e)
{
	size_t kept = 0;

	for (size_t w = 0; w < n; w++) {
		struct near near = {.word = v[w].tag ? v[w].tag : ""};
		AUTO_DONE(buf) struct buf tags = {0};
		bool found = false;

		for (size_t i = 0; i < s->n; i++) {
			const struct image_spec *image = &s->v[i];

			found = found || is_wished(&v[w], image);
			for (size_t k = 0; !strcmp(image->folder, v[w].folder) && k < image->tags.n;
			     k++) {
				near_try(&near, image->tags.v[k]);
				buf_printf(&tags, "%s%s", tags.len ? ", " : "", image->tags.v[k]);
			}
		}
		if (found)
			continue;
		err_set(e, ERR_USAGE, "there is no image '%s' in %s", v[w].said, s->dir);
		return near.best ? err_hint(e, "did you mean '%s'? its tags: %s", near.best,
		                            buf_str(&tags))
		                 : err_hint(e, "its tags: %s", buf_str(&tags));
	}
	for (size_t i = 0; i < s->n; i++) {
		bool wished = !n;

		for (size_t w = 0; w < n; w++)
			wished = wished || is_wished(&v[w], &s->v[i]);
		if (wished)
			s->v[kept++] = s->v[i];
	}
	s->n = kept;
	return 0;
}

/* Two definitions that write the same reference would undo each other. */
static void check_references(struct spec *s)
{
	for (size_t i = 1; i < s->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct image_spec *x = &s->v[i], *y = &s->v[k];
			const struct reader r = {documents_get(&s->documents, x->file), s->arena,
			                         s->vars, &s->complaints, NULL};

			if (strcmp(x->name, y->name) != 0)
				continue;
			for (size_t t = 0; t < x->tags.n; t++)
				if (has_text(&y->tags, x->tags.v[t]))
					keys_wrong(&r, x->tags_at, "%s:%s is there already, in %s",
					           x->name, x->tags.v[t], y->file);
		}
}

int spec_read(struct spec *s, const char *dir, char *const *names, size_t n, struct vars *vars,
              struct arena *a, struct err *e)
{
	struct wish *wishes = arena_alloc(a, n, sizeof *wishes);
	struct texts all = {0}, some = {0};

	*s = (struct spec){.arena = a, .vars = vars, .complaints = COMPLAINTS(a)};
	s->documents = (struct documents){.complaints = &s->complaints, .arena = a};
	s->dir = strcmp(dir, ".") != 0 ? arena_printf(a, "%s/images", dir) : "images";
	if (list_folders(s, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (find_folder(s, &all, names[i], &wishes[i], e) < 0)
			return -1;
		if (!has_text(&some, wishes[i].folder))
			add_text(s, &some, wishes[i].folder);
	}
	payloads_read(&s->payloads, arena_printf(a, "%s/payloads.json", s->dir), &s->documents,
	              vars);
	for (size_t i = 0; i < (n ? some.n : all.n); i++)
		spec_image(s, n ? some.v[i] : all.v[i]);
	if (!s->complaints.n)
		check_references(s);
	if (complaints_end(&s->complaints, e) < 0 || keep_wished(s, wishes, n, e) < 0)
		return -1;
	return vars_check_used(vars, e);
}

void spec_done(struct spec *s)
{
	free(s->v);
	payloads_done(&s->payloads);
	documents_done(&s->documents);
	complaints_done(&s->complaints);
	*s = (struct spec){0};
}
