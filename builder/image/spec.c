// SPDX-License-Identifier: Apache-2.0
#include "image/spec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

/* Folders that hold an image.json, sorted. */
static int list_folders(const struct spec *s, struct texts *ret, struct err *e)
{
	AUTO(dir) DIR *d = opendir(s->dir);
	const char **v = NULL;
	struct dirent *x;
	size_t n = 0;

	if (!d && errno == ENOENT) {
		err_set(e, ERR_USAGE, "there is no folder %s", s->dir);
		return err_hint(e, "-C DIR names the folder that holds images/");
	}
	if (!d)
		return err_sys(e, "open %s", s->dir);
	while ((x = readdir(d))) {
		if (x->d_name[0] == '.' || access(file_of(s, x->d_name), F_OK) < 0)
			continue;
		v = mem_grow(v, n + 1, sizeof *v);
		v[n++] = arena_dup(s->arena, x->d_name);
	}
	if (n)
		qsort(v, n, sizeof *v, by_name);
	ret->v = arena_alloc(s->arena, n + 1, sizeof *v);
	if (n)
		memcpy(ret->v, v, n * sizeof *v);
	ret->n = n;
	free(v);
	return n ? 0 : err_set(e, ERR_USAGE, "%s holds no image.json in any folder", s->dir);
}

/* Is `folder` or the name in its definition what `want` means? */
static bool is_meant(const struct spec *s, const char *folder, const char *want)
{
	AUTO(json) json_t *doc = NULL;
	struct err ignored = {0};
	const char *name, *tag = strrchr(want, ':');
	size_t len = tag ? (size_t)(tag - want) : strlen(want);

	if (strlen(folder) == len && !memcmp(folder, want, len))
		return true;
	if (json_read_file(AT_FDCWD, file_of(s, folder), &doc, &ignored) < 0)
		return false;
	name = json_string_value(json_object_get(doc, "name"));
	return name && strlen(name) == len && !memcmp(name, want, len);
}

static int find_folder(const struct spec *s, const struct texts *folders, const char *want,
                       const char **ret, struct err *e)
{
	AUTO_DONE(buf) struct buf names = {0};

	for (size_t i = 0; i < folders->n; i++) {
		if (!strcmp(folders->v[i], want)) {
			*ret = folders->v[i];
			return 0;
		}
	}
	for (size_t i = 0; i < folders->n; i++) {
		if (is_meant(s, folders->v[i], want)) {
			*ret = folders->v[i];
			return 0;
		}
		buf_printf(&names, "%s%s", i ? ", " : "", folders->v[i]);
	}
	err_set(e, ERR_USAGE, "there is no image '%s' in %s", want, s->dir);
	return err_hint(e, "there are: %s", buf_str(&names));
}

static bool has_folder(const struct texts *t, const char *folder)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i] == folder)
			return true;
	return false;
}

static int choose(const struct spec *s, char *const *names, size_t n, struct texts *ret,
                  struct err *e)
{
	struct texts all = {0};

	if (list_folders(s, &all, e) < 0)
		return -1;
	if (!n) {
		*ret = all;
		return 0;
	}
	*ret = (struct texts){arena_alloc(s->arena, n, sizeof *ret->v), 0};
	for (size_t i = 0; i < n; i++) {
		const char *folder = NULL;

		if (find_folder(s, &all, names[i], &folder, e) < 0)
			return -1;
		if (!has_folder(ret, folder))
			ret->v[ret->n++] = folder;
	}
	return 0;
}

/* Two definitions that write the same reference would undo each other. */
static int check_references(const struct spec *s, struct err *e)
{
	for (size_t i = 1; i < s->n; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(s->v[i].name, s->v[k].name))
				return err_set(e, ERR_SPEC, "%s: name: %s has the same",
				               s->v[i].file, s->v[k].file);
	return 0;
}

int spec_read(struct spec *s, const char *dir, char *const *names, size_t n, struct vars *vars,
              struct arena *a, struct err *e)
{
	struct texts folders = {0};

	*s = (struct spec){.arena = a};
	s->dir = strcmp(dir, ".") != 0 ? arena_printf(a, "%s/images", dir) : "images";
	if (choose(s, names, n, &folders, e) < 0 ||
	    payloads_read(&s->payloads, arena_printf(a, "%s/payloads.json", s->dir), e) < 0)
		return -1;
	s->v = arena_alloc(a, folders.n, sizeof *s->v);
	for (; s->n < folders.n; s->n++) {
		const char *folder = folders.v[s->n];
		const struct reader r = {file_of(s, folder), a, vars};

		if (spec_image(s, &r, folder, &s->v[s->n], e) < 0)
			return -1;
	}
	if (check_references(s, e) < 0)
		return -1;
	return vars_check_used(vars, e);
}

void spec_done(struct spec *s)
{
	payloads_done(&s->payloads);
}
