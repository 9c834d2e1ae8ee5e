// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/lock.h"

static const struct package bash = {"bash", "5.2-2+b8", "amd64", "pool/b/bash.deb", "", 10, {{1}}};
static const struct package java = {"java", "17", "all", "pool/j/java.deb", "security", 20, {{2}}};

static struct package_set set_of(const struct package *p)
{
	return (struct package_set){(struct package *)(uintptr_t)p, 1};
}

static const char *text_of(const struct room *r, struct buf *b)
{
	struct err e;

	assert_ok(fs_read_file(r->fd, "lock.json", 1 << 20, b, &e));
	return buf_str(b);
}

static void comes_back_as_it_was_written(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock l = {0}, again = {0};
	struct room *r = *state;
	const struct lock_set *s;
	const struct lock_payload *p;
	struct err e;

	assert_ok(lock_read(&l, r->path, "linux/amd64", &a, &e));
	l.profile = "gz-1";
	lock_put_payload(&l, &(struct lock_payload){.name = "spark",
	                                            .address = "pypi:a==1",
	                                            .size = 5,
	                                            .sha256 = {{3}},
	                                            .sha512 = "ab"});
	lock_put_set(&l, &(struct lock_set){.name = "debian", .over = "", .set = set_of(&bash)});
	lock_put_set(&l, &(struct lock_set){.name = "java",
	                                    .over = "debian",
	                                    .inputs = {{7}},
	                                    .set = set_of(&java)});
	assert_ok(lock_write(&l, &e));
	assert_ok(lock_read(&again, r->path, "linux/amd64", &a, &e));
	assert_string_equal(again.profile, "gz-1");
	p = lock_payload(&again, "spark");
	assert_string_equal(p->address, "pypi:a==1");
	assert_int_equal(p->size, 5);
	assert_string_equal(p->sha512, "ab");
	assert_true(digest_eq(&p->sha256, &(struct digest){{3}}));
	s = lock_set(&again, "java", "debian");
	assert_true(digest_eq(&s->inputs, &(struct digest){{7}}));
	assert_int_equal(s->set.n, 1);
	assert_string_equal(s->set.v[0].archive, "security");
	assert_string_equal(s->set.v[0].path, "pool/j/java.deb");
	assert_string_equal(lock_set(&again, "debian", "")->set.v[0].version, "5.2-2+b8");
	assert_null(lock_set(&again, "java", ""));
}

static void is_sorted_and_keeps_one_package_a_line(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock l = {0};
	AUTO_DONE(buf) struct buf b = {0};
	const struct package two[] = {bash, java};
	struct room *r = *state;
	const char *text;
	struct err e;

	assert_ok(lock_read(&l, r->path, "linux/amd64", &a, &e));
	lock_put_set(&l, &(struct lock_set){.name = "z", .over = "", .set = set_of(two)});
	l.sets[0]->set.n = 2;
	lock_put_set(&l, &(struct lock_set){.name = "a", .over = "", .set = set_of(&bash)});
	assert_ok(lock_write(&l, &e));
	text = text_of(r, &b);
	assert_non_null(strstr(text, "\n\t\t\t\"a\": [\n\t\t\t\t{\"name\": \"bash\""));
	assert_non_null(strstr(text, "},\n\t\t\t\t{\"name\": \"java\""));
	assert_true(strstr(text, "\"a\": [") < strstr(text, "\"z\": ["));
	assert_int_equal(text[b.len - 1], '\n');
}

static void a_set_over_other_sets_is_another_set(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock l = {0}, again = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(lock_read(&l, r->path, "linux/amd64", &a, &e));
	lock_put_set(&l,
	             &(struct lock_set){.name = "java", .over = "debian", .set = set_of(&java)});
	lock_put_set(&l, &(struct lock_set){.name = "java", .over = "", .set = set_of(&bash)});
	assert_string_equal(lock_set(&l, "java", "debian")->key, "java");
	assert_string_equal(lock_set(&l, "java", "")->key, "java over nothing");
	assert_ok(lock_write(&l, &e));
	assert_ok(lock_read(&again, r->path, "linux/amd64", &a, &e));
	assert_string_equal(lock_set(&again, "java", "debian")->set.v[0].name, "java");
	assert_string_equal(lock_set(&again, "java", "")->set.v[0].name, "bash");
}

static void keeps_what_others_wrote_meanwhile(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock mine = {0}, theirs = {0}, arm = {0}, now = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(lock_read(&mine, r->path, "linux/amd64", &a, &e));
	assert_ok(lock_read(&theirs, r->path, "linux/amd64", &a, &e));
	assert_ok(lock_read(&arm, r->path, "linux/arm64", &a, &e));
	lock_put_payload(&mine,
	                 &(struct lock_payload){
				 .name = "m", .address = "file:m", .size = 1, .sha256 = {{1}}});
	lock_put_payload(&theirs,
	                 &(struct lock_payload){
				 .name = "t", .address = "file:t", .size = 1, .sha256 = {{1}}});
	lock_put_payload(&arm,
	                 &(struct lock_payload){
				 .name = "r", .address = "file:r", .size = 1, .sha256 = {{1}}});
	assert_ok(lock_write(&mine, &e));
	assert_ok(lock_write(&theirs, &e));
	assert_ok(lock_write(&arm, &e));
	assert_ok(lock_read(&now, r->path, "linux/amd64", &a, &e));
	assert_non_null(lock_payload(&now, "m"));
	assert_non_null(lock_payload(&now, "t"));
	assert_null(lock_payload(&now, "r"));
}

static void does_not_bring_back_what_others_renewed(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock first = {0}, mine = {0}, theirs = {0}, now = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(lock_read(&first, r->path, "linux/amd64", &a, &e));
	lock_put_payload(&first,
	                 &(struct lock_payload){
				 .name = "m", .address = "file:m", .size = 1, .sha256 = {{1}}});
	lock_put_set(&first, &(struct lock_set){.name = "s", .over = "", .set = set_of(&bash)});
	assert_ok(lock_write(&first, &e));
	assert_ok(lock_read(&mine, r->path, "linux/amd64", &a, &e));
	assert_ok(lock_read(&theirs, r->path, "linux/amd64", &a, &e));
	lock_put_payload(&theirs,
	                 &(struct lock_payload){
				 .name = "m", .address = "file:m", .size = 2, .sha256 = {{2}}});
	lock_put_set(&theirs, &(struct lock_set){.name = "s", .over = "", .set = set_of(&java)});
	assert_ok(lock_write(&theirs, &e));
	lock_put_payload(&mine,
	                 &(struct lock_payload){
				 .name = "n", .address = "file:n", .size = 1, .sha256 = {{1}}});
	assert_ok(lock_write(&mine, &e));
	assert_ok(lock_read(&now, r->path, "linux/amd64", &a, &e));
	assert_int_equal(lock_payload(&now, "m")->size, 2);
	assert_string_equal(lock_set(&now, "s", "")->set.v[0].name, "java");
	assert_non_null(lock_payload(&now, "n"));
}

static void is_not_touched_when_nothing_changed(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(lock) struct lock l = {0}, again = {0};
	struct room *r = *state;
	struct stat before, after;
	struct err e;

	assert_ok(lock_read(&l, r->path, "linux/amd64", &a, &e));
	assert_ok(lock_write(&l, &e));
	assert_int_equal(fstatat(r->fd, "lock.json", &before, 0), -1);
	lock_put_payload(&l, &(struct lock_payload){
				     .name = "m", .address = "file:m", .size = 1, .sha256 = {{1}}});
	assert_ok(lock_write(&l, &e));
	assert_int_equal(fstatat(r->fd, "lock.json", &before, 0), 0);
	assert_ok(lock_read(&again, r->path, "linux/amd64", &a, &e));
	assert_ok(lock_write(&again, &e));
	assert_int_equal(fstatat(r->fd, "lock.json", &after, 0), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void that_somebody_spoiled_is_refused(void **state)
{
	static const char *const bad[] = {
		"{\"linux/amd64\": {\"payloads\": {\"x\": {\"address\": \"a\", \"size\": -1}}}}",
		"{\"linux/amd64\": {\"payloads\": {\"x\": {}}}}",
		"{\"linux/amd64\": {\"packages\": {\"x\": [{}]}}}",
		"{\"linux/amd64\": {\"packages\": {\"x\": []}}}",
		"[]",
		"{",
	};
	struct room *r = *state;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_DONE(arena) struct arena a = {0};
		AUTO_DONE(lock) struct lock l = {0};

		write_plainly(r->fd, "lock.json", bad[i], strlen(bad[i]));
		assert_refused(lock_read(&l, r->path, "linux/amd64", &a, &e), ERR_SPEC,
		               "lock.json");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(comes_back_as_it_was_written),
		in_a_room(is_sorted_and_keeps_one_package_a_line),
		in_a_room(a_set_over_other_sets_is_another_set),
		in_a_room(keeps_what_others_wrote_meanwhile),
		in_a_room(does_not_bring_back_what_others_renewed),
		in_a_room(is_not_touched_when_nothing_changed),
		in_a_room(that_somebody_spoiled_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
