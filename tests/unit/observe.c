// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <dirent.h>

#include "image/observe.h"

AUTO_DEFINE(dir, DIR *, NULL, closedir)

/* A store and a folder to look at. */
struct scene {
	struct store store;
	char *folder;
	int fd;
};

static void scene_make(struct scene *s, const struct room *r)
{
	AUTO(str) char *store = mem_printf("%s/store", r->path);
	struct err e;

	s->store = STORE_NONE;
	assert_ok(store_open(&s->store, store, &e));
	s->folder = mem_printf("%s/folder", r->path);
	assert_ok(fs_mkdirs(s->folder, &e));
	s->fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	write_plainly(s->fd, "a", "one", 3);
	assert_int_equal(symlinkat("a", s->fd, "l"), 0);
	assert_int_equal(mkdirat(s->fd, "d", 0755), 0);
}

static void scene_done(struct scene *s)
{
	store_done(&s->store);
	free(s->folder);
	close(s->fd);
}

static struct digest look(struct scene *s)
{
	struct digest d = {0};
	struct err e;

	assert_ok(observe_folder(&s->store, s->folder, NULL, &d, &e));
	return d;
}

static void stays_the_same_when_only_times_and_other_bits_change(void **state)
{
	AUTO_DONE(scene) struct scene s;
	const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	struct digest first, now;

	scene_make(&s, *state);
	first = look(&s);
	assert_int_equal(utimensat(s.fd, "a", old, 0), 0);
	assert_int_equal(fchmodat(s.fd, "a", 0600, 0), 0);
	assert_int_equal(fchmodat(s.fd, "d", 0700, 0), 0);
	now = look(&s);
	assert_true(digest_eq(&first, &now));
}

static void sees_contents_names_modes_and_links_change(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct digest seen[6];
	size_t n = 0;

	scene_make(&s, *state);
	seen[n++] = look(&s);
	write_plainly(s.fd, "a", "two", 3);
	seen[n++] = look(&s);
	assert_int_equal(fchmodat(s.fd, "a", 0755, 0), 0);
	seen[n++] = look(&s);
	assert_int_equal(unlinkat(s.fd, "l", 0), 0);
	assert_int_equal(symlinkat("b", s.fd, "l"), 0);
	seen[n++] = look(&s);
	assert_int_equal(renameat(s.fd, "d", s.fd, "e"), 0);
	seen[n++] = look(&s);
	write_plainly(s.fd, "e/new", "", 0);
	seen[n++] = look(&s);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(digest_eq(&seen[i], &seen[k]));
}

static size_t remembered(const struct store *s)
{
	AUTO(dir) DIR *d = fdopendir(dup(s->memo));
	size_t n = 0;

	assert_non_null(d);
	rewinddir(d);
	for (struct dirent *x; (x = readdir(d));)
		n += x->d_name[0] != '.';
	return n;
}

static void remembers_a_file_only_when_its_times_can_tell_a_change(void **state)
{
	AUTO_DONE(scene) struct scene s;

	scene_make(&s, *state);
	look(&s);
	assert_int_equal(remembered(&s.store), 0);
	sleep(4);
	look(&s);
	assert_int_equal(remembered(&s.store), 1);
}

static void refuses_what_an_image_has_no_use_for(void **state)
{
	AUTO_DONE(scene) struct scene s;
	struct digest d;
	struct err e;

	scene_make(&s, *state);
	assert_int_equal(mkfifoat(s.fd, "pipe", 0644), 0);
	assert_refused(observe_folder(&s.store, s.folder, NULL, &d, &e), ERR_SPEC,
	               "neither file, folder nor symlink");
}

static void finds_programs_where_they_are_said_to_be(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	const struct platform *amd64 = NULL;
	struct room *r = *state;
	const char *path = NULL;
	struct err e;

	assert_ok(platform_find("linux/amd64", &amd64, &e));
	assert_refused(observe_find_program(r->path, amd64, "p", &a, &path, &e), ERR_SPEC,
	               "there is no program");
	assert_non_null(strstr(e.hint, "LILI_PROGRAMS"));
	write_plainly(r->fd, "p", "", 0);
	setenv("LILI_PROGRAMS", r->path, 1);
	assert_ok(observe_find_program("/nowhere", amd64, "p", &a, &path, &e));
	unsetenv("LILI_PROGRAMS");
	assert_string_equal(strrchr(path, '/'), "/p");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(stays_the_same_when_only_times_and_other_bits_change),
		in_a_room(sees_contents_names_modes_and_links_change),
		in_a_room(remembers_a_file_only_when_its_times_can_tell_a_change),
		in_a_room(refuses_what_an_image_has_no_use_for),
		in_a_room(finds_programs_where_they_are_said_to_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
