// SPDX-License-Identifier: Apache-2.0
#include "image/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/base.h"
#include "base/fs.h"
#include "image/lock_file.h"

struct lock_payload *lock_payload(const struct lock *l, const char *name)
{
	for (size_t i = 0; i < l->npayloads; i++)
		if (!strcmp(l->payloads[i]->name, name))
			return l->payloads[i];
	return NULL;
}

struct lock_set *lock_set(const struct lock *l, const char *name, const char *over)
{
	for (size_t i = 0; i < l->nsets; i++)
		if (!strcmp(l->sets[i]->name, name) && !strcmp(l->sets[i]->over, over))
			return l->sets[i];
	return NULL;
}

static int by_payload(const void *a, const void *b)
{
	const struct lock_payload *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int by_key(const void *a, const void *b)
{
	const struct lock_set *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

void lock_put_payload(struct lock *l, const struct lock_payload *x)
{
	struct lock_payload *to = lock_payload(l, x->name), *was;

	if (to) {
		was = arena_alloc(l->arena, 1, sizeof *was);
		*was = *to;
		*to = *x;
		to->was = was->changed ? was->was : was;
		to->changed = true;
		return;
	}
	to = arena_alloc(l->arena, 1, sizeof *to);
	*to = *x;
	to->changed = true;
	l->payloads = mem_grow(l->payloads, l->npayloads + 1, sizeof(void *));
	l->payloads[l->npayloads++] = to;
	qsort(l->payloads, l->npayloads, sizeof(void *), by_payload);
}

static bool key_is_taken(const struct lock *l, const char *key)
{
	for (size_t i = 0; i < l->nsets; i++)
		if (!strcmp(l->sets[i]->key, key))
			return true;
	return false;
}

struct lock_set *lock_put_set(struct lock *l, const struct lock_set *x)
{
	struct lock_set *to = lock_set(l, x->name, x->over), *was;
	const char *key = x->name;

	if (to) {
		was = arena_alloc(l->arena, 1, sizeof *was);
		*was = *to;
		*to = *x;
		to->key = was->key;
		to->was = was->changed ? was->was : was;
		to->changed = true;
		return to;
	}
	if (key_is_taken(l, key))
		key = arena_printf(l->arena, "%s over %s", x->name, *x->over ? x->over : "nothing");
	to = arena_alloc(l->arena, 1, sizeof *to);
	*to = *x;
	to->key = key;
	to->changed = true;
	l->sets = mem_grow(l->sets, l->nsets + 1, sizeof(void *));
	l->sets[l->nsets++] = to;
	qsort(l->sets, l->nsets, sizeof(void *), by_key);
	return to;
}

static int read_document(const char *file, json_t **ret, struct err *e)
{
	if (access(file, F_OK) < 0 && errno == ENOENT) {
		*ret = json_object();
		return 0;
	}
	if (json_read_file(AT_FDCWD, file, ret, e) < 0)
		return -1;
	return json_is_object(*ret) ? 0 : err_set(e, ERR_SPEC, "%s: should be an object", file);
}

int lock_read(struct lock *l, const char *dir, const char *platform, struct arena *a, struct err *e)
{
	AUTO(json) json_t *doc = NULL;

	*l = (struct lock){.dir = dir, .platform = platform, .arena = a};
	l->file = arena_printf(a, "%s/lock.json", dir);
	if (read_document(l->file, &doc, e) < 0)
		return -1;
	return lock_parse(l, json_object_get(doc, platform), e);
}

static bool changed(const struct lock *l)
{
	for (size_t i = 0; i < l->npayloads; i++)
		if (l->payloads[i]->changed)
			return true;
	for (size_t i = 0; i < l->nsets; i++)
		if (l->sets[i]->changed)
			return true;
	return l->profile_changed;
}

/* Puts what changed here into what is in the file now. */
static void carry_over(const struct lock *from, struct lock *to)
{
	for (size_t i = 0; i < from->npayloads; i++)
		if (from->payloads[i]->changed)
			lock_put_payload(to, from->payloads[i]);
	for (size_t i = 0; i < from->nsets; i++)
		if (from->sets[i]->changed)
			lock_put_set(to, from->sets[i]);
	if (from->profile)
		to->profile = from->profile;
}

/* One platform's part, ours with what changed. */
static int print_part(const struct lock *l, const json_t *doc, const char *platform,
                      struct buf *text, struct err *e)
{
	AUTO_DONE(lock)
	struct lock now = {.file = l->file, .platform = platform, .arena = l->arena};

	if (lock_parse(&now, json_object_get(doc, platform), e) < 0)
		return -1;
	if (!strcmp(platform, l->platform))
		carry_over(l, &now);
	lock_print(&now, text);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int print_document(const struct lock *l, json_t *doc, struct buf *text, struct err *e)
{
	const char **names, *name;
	size_t n = 0;
	json_t *x;

	if (!json_object_get(doc, l->platform))
		json_object_set_new(doc, l->platform, json_object());
	names = arena_alloc(l->arena, json_object_size(doc), sizeof *names);
	json_object_foreach(doc, name, x) names[n++] = name;
	qsort(names, n, sizeof *names, by_text);
	buf_add(text, "{\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(text, "%s\t\"%s\": ", i ? ",\n" : "", names[i]);
		if (print_part(l, doc, names[i], text, e) < 0)
			return -1;
	}
	buf_add(text, "\n}\n");
	return 0;
}

void lock_settle(struct lock *l)
{
	for (size_t i = 0; i < l->npayloads; i++) {
		l->payloads[i]->changed = false;
		l->payloads[i]->was = NULL;
	}
	for (size_t i = 0; i < l->nsets; i++) {
		l->sets[i]->changed = false;
		l->sets[i]->was = NULL;
	}
	l->profile_changed = false;
}

int lock_write(struct lock *l, struct err *e)
{
	AUTO(fd) int dir = -1;
	AUTO(json) json_t *doc = NULL;
	AUTO_DONE(buf) struct buf text = {0};

	if (!changed(l))
		return 0;
	/* The folder itself is what two builds lock: nothing of it stays behind. */
	if (fs_open_dir(AT_FDCWD, l->dir, false, &dir, e) < 0)
		return -1;
	if (flock(dir, LOCK_EX) < 0)
		return err_sys(e, "lock the folder %s", l->dir);
	fs_sweep(dir);
	if (read_document(l->file, &doc, e) < 0 || print_document(l, doc, &text, e) < 0)
		return -1;
	if (fs_write_file(dir, "lock.json", text.p, text.len, e) < 0)
		return err_ctx(e, "%s", l->dir);
	lock_settle(l);
	return 0;
}

void lock_done(struct lock *l)
{
	free(l->payloads);
	free(l->sets);
	*l = (struct lock){0};
}
