// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "store/index.h"

#define DIGEST "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define MANIFEST "application/vnd.oci.image.manifest.v1+json"

static int put(struct store *s, const char *ref, const char *arch, uint8_t content, struct err *e)
{
	char type[] = MANIFEST, os[] = "linux";

	return index_put(s,
	                 &(struct index_image){.ref = (char *)(uintptr_t)ref,
	                                       .manifest = {{content}},
	                                       .size = content,
	                                       .media_type = type,
	                                       .os = os,
	                                       .architecture = (char *)(uintptr_t)arch},
	                 e);
}

static const struct index_image *find(const struct index *x, const char *name)
{
	for (size_t i = 0; i < x->n; i++)
		if (index_means(name, x->v[i].ref))
			return &x->v[i];
	return NULL;
}

static void an_empty_store_holds_no_images(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(index_read(&s, &x, &e));
	assert_int_equal(x.n, 0);
}

static void an_image_comes_back_by_its_name_and_latest_goes_without_saying(void **state)
{
	static const char *const refs[] = {"lilidata/spark:latest", "lilidata/spark:3.5",
	                                   "host:5000/spark:latest"};
	static const struct {
		const char *name;
		unsigned content; /* 0: not found */
	} rows[] = {
		{"lilidata/spark",         1},
                {"lilidata/spark:latest",  1},
                {"lilidata/spark:3.5",     2},
		{"lilidata/spark:3",       0},
                {"lilidata/spar",          0},
                {"spark",                  0},
		{"host:5000/spark",        3},
                {"host:5000/spark:latest", 3},
                {"host",                   0},
	};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	for (size_t i = 0; i < ARRAY_LEN(refs); i++)
		assert_ok(put(&s, refs[i], "amd64", (uint8_t)(i + 1), &e));
	assert_ok(index_read(&s, &x, &e));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct index_image *got = find(&x, rows[i].name);

		assert_int_equal(got ? got->manifest.bytes[0] : 0, rows[i].content);
		assert_int_equal(got ? got->size : 0, rows[i].content);
	}
	assert_string_equal(x.v[0].media_type, MANIFEST);
	assert_string_equal(x.v[0].os, "linux");
	assert_string_equal(x.v[0].architecture, "amd64");
}

static void read_whole(struct store *s, struct buf *ret)
{
	struct err e;

	ret->len = 0;
	assert_ok(fs_read_file(s->dirfd, "index.json", 1 << 20, ret, &e));
}

static void the_file_does_not_tell_who_came_first(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf one = {0}, other = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(put(&s, "b:1", "amd64", 1, &e));
	assert_ok(put(&s, "a:1", "amd64", 2, &e));
	assert_ok(put(&s, "a:1", "arm64", 3, &e));
	assert_ok(put(&s, "c:1", "amd64", 4, &e));
	read_whole(&s, &one);
	assert_int_equal(unlinkat(s.dirfd, "index.json", 0), 0);
	assert_ok(put(&s, "c:1", "amd64", 4, &e));
	assert_ok(put(&s, "a:1", "arm64", 9, &e));
	assert_ok(put(&s, "a:1", "arm64", 3, &e));
	assert_ok(put(&s, "a:1", "amd64", 2, &e));
	assert_ok(put(&s, "b:1", "amd64", 1, &e));
	read_whole(&s, &other);
	assert_string_equal(one.p, other.p);
}

static void the_file_is_an_image_index_any_tool_reads(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(put(&s, "a:1", "amd64", 0, &e));
	read_whole(&s, &b);
	assert_string_equal(
		b.p,
		"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
		"\"manifests\":[{\"mediaType\":\"" MANIFEST "\",\"digest\":\"sha256:"
		"0000000000000000000000000000000000000000000000000000000000000000\",\"size\":0,"
		"\"annotations\":{\"org.opencontainers.image.ref.name\":\"a:1\"},"
		"\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}");
}

static void two_processes_at_once_lose_no_image(void **state)
{
	enum { ROUNDS = 400 };
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	struct room *r = *state;
	struct err e;
	pid_t pid;

	assert_ok(store_open(&s, r->path, &e));
	pid = fork();
	for (unsigned i = 0; i < ROUNDS; i++) {
		char ref[40];

		snprintf(ref, sizeof ref, "%s/%u:1", pid ? "parent" : "child", i % 50);
		if (put(&s, ref, "amd64", (uint8_t)(i / 50 + 1), &e) < 0)
			_exit(1);
	}
	if (!pid)
		_exit(0);
	assert_int_equal(waitpid(pid, &(int){0}, 0), pid);
	assert_ok(index_read(&s, &x, &e));
	assert_int_equal(x.n, 100);
	for (size_t i = 0; i < x.n; i++) {
		assert_int_equal(x.v[i].manifest.bytes[0], ROUNDS / 50);
		assert_true(i == 0 || strcmp(x.v[i - 1].ref, x.v[i].ref) < 0);
	}
}

static void what_is_there_already_is_not_written_again(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct stat before, after;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(put(&s, "a:1", "amd64", 1, &e));
	assert_int_equal(fstatat(s.dirfd, "index.json", &before, 0), 0);
	assert_ok(put(&s, "a:1", "amd64", 1, &e));
	assert_int_equal(fstatat(s.dirfd, "index.json", &after, 0), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void a_bad_index_is_refused_and_left_as_it_is(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		"{\"manifests\": {}}",
		"{\"manifests\": [1]}",
		"{\"manifests\": [{\"digest\": \"" DIGEST "\", \"size\": 1}]}",
		"{\"manifests\": [{\"mediaType\": \"x\", \"digest\": \"" DIGEST
		"\", \"size\": 1}]}",
		"{\"manifests\": [{\"mediaType\": \"x\", \"digest\": \"sha256:../../x\", \"size\": "
		"1, "
		"\"annotations\": {\"org.opencontainers.image.ref.name\": \"a:1\"}}]}",
		"{\"manifests\": [{\"mediaType\": \"x\", \"digest\": \"" DIGEST "\", \"size\": -1, "
		"\"annotations\": {\"org.opencontainers.image.ref.name\": \"a:1\"}}]}",
		"{\"manifests\": [{\"mediaType\": \"x\", \"digest\": \"" DIGEST
		"\", \"size\": 1.0, "
		"\"annotations\": {\"org.opencontainers.image.ref.name\": \"a:1\"}}]}",
		"{\"manifests\": [], \"manifests\": []}",
	};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct index x;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		write_plainly(s.dirfd, "index.json", bad[i], strlen(bad[i]));
		assert_refused(index_read(&s, &x, &e), ERR_VERIFY, r->path);
		assert_int_equal(x.n, 0);
		assert_int_equal(put(&s, "a:1", "amd64", 1, &e), -1);
		read_whole(&s, &b);
		assert_string_equal(b.p, bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(an_empty_store_holds_no_images),
		in_a_room(an_image_comes_back_by_its_name_and_latest_goes_without_saying),
		in_a_room(the_file_does_not_tell_who_came_first),
		in_a_room(the_file_is_an_image_index_any_tool_reads),
		in_a_room(two_processes_at_once_lose_no_image),
		in_a_room(what_is_there_already_is_not_written_again),
		in_a_room(a_bad_index_is_refused_and_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
