// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"

#include "layer/layer.h"
#include "layer/tar.h"

/* A store in the room and a layer in the making. */
struct work {
	struct room *room;
	struct store s;
	struct layer_writer *w;
	struct err e;
};

static int work_make(void **state)
{
	struct work *x = mem_alloc(1, sizeof *x);

	x->s = STORE_NONE;
	if (room_make((void **)&x->room) < 0 || store_open(&x->s, x->room->path, &x->e) < 0 ||
	    layer_open(&x->s, 2, &x->w, &x->e) < 0)
		return -1;
	*state = x;
	return 0;
}

static int work_clear(void **state)
{
	struct work *x = *state;
	void *room = x->room;

	if (x->w)
		layer_free(x->w);
	store_done(&x->s);
	free(x);
	return room_clear(&room);
}
#define at_work(test) cmocka_unit_test_setup_teardown(test, work_make, work_clear)

struct source {
	const char *p;
	size_t left, most; /* `most` bytes at a time */
};

static int give(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct source *s = ctx;
	size_t n = s->left < s->most ? s->left : s->most;

	(void)e;
	n = n < cap ? n : cap;
	memcpy(buf, s->p, n);
	s->p += n;
	s->left -= n;
	*ret_n = n;
	return 0;
}

static int fail_to_give(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	(void)ctx, (void)buf, (void)cap, (void)ret_n;
	return err_set(e, ERR_VERIFY, "no more");
}

static int add(struct work *x, enum entry_type type, const char *name, const char *link,
               uint32_t mode)
{
	struct source s = {"hello", 5, 2};
	const struct entry entry = {.type = type,
	                            .name = name,
	                            .link = link,
	                            .mode = mode,
	                            .size = type == ENTRY_FILE ? 5 : 0,
	                            .mtime = ENTRY_FIXED_TIME};

	x->e = (struct err){0};
	return layer_add(x->w, &entry, give, &s, &x->e);
}

static void must_add(struct work *x, enum entry_type type, const char *name, const char *link,
                     uint32_t mode)
{
	if (add(x, type, name, link, mode) < 0)
		fail_msg("%s: %s", name, x->e.msg);
}

/* "TYPE MODE NAME[ > LINK]" a line, as they stand in the tar; headers must all be one block. */
static void listing(struct work *x, const struct layer *layer, struct buf *ret)
{
	AUTO_DONE(buf) struct buf blob = {0}, tar = {0};
	struct member members[100];
	struct err e;
	size_t at = 0;

	assert_ok(store_read_blob(&x->s, &layer->packed.digest, 64 << 20, &blob, &e));
	take_apart((uint8_t *)blob.p, blob.len, members, ARRAY_LEN(members), &tar);
	while (tar.p[at]) {
		const char *h = tar.p + at;
		uint64_t size = strtoull(h + 124, NULL, 8);

		buf_printf(ret, "%c %s %.100s%s%.100s\n", h[156], h + 103, h, h[157] ? " > " : "",
		           h + 157);
		at += 512 + size + tar_padding(size);
	}
	assert_int_equal(tar.len - at, TAR_END);
	for (; at < tar.len; at++)
		assert_int_equal(tar.p[at], 0);
}

static void parents_come_first_and_only_once(void **state)
{
	AUTO_DONE(buf) struct buf got = {0};
	struct work *x = *state;
	struct layer layer;
	struct err e;

	must_add(x, ENTRY_FILE, "a/b/c", NULL, 0640);
	must_add(x, ENTRY_FILE, "a/b/d", NULL, 0755);
	must_add(x, ENTRY_SYMLINK, "a/e", "b/c", 0);
	must_add(x, ENTRY_HARDLINK, "f", "a/b/c", 0);
	must_add(x, ENTRY_DIR, "g", NULL, 01777);
	must_add(x, ENTRY_FILE, "g/h", NULL, 0644);
	assert_true(layer_has(x->w, "a/b"));
	assert_false(layer_has(x->w, "a/b/"));
	assert_false(layer_has(x->w, "b"));
	assert_ok(layer_close(x->w, &layer, &e));
	listing(x, &layer, &got);
	assert_string_equal(got.p, "5 0755 a/\n5 0755 a/b/\n0 0640 a/b/c\n0 0755 a/b/d\n"
	                           "2 0777 a/e > b/c\n1 0640 f > a/b/c\n5 1777 g/\n0 0644 g/h\n");
}

static void no_path_comes_twice(void **state)
{
	static const struct {
		enum entry_type first, second;
		const char *words;
	} rows[] = {
		{ENTRY_FILE,    ENTRY_FILE,     "entry \"p\": comes twice: it is a file already"   },
		{ENTRY_FILE,    ENTRY_SYMLINK,  "entry \"p\": comes twice: it is a file already"   },
		{ENTRY_FILE,    ENTRY_DIR,      "entry \"p\": comes twice: it is a file already"   },
		{ENTRY_DIR,     ENTRY_FILE,     "entry \"p\": comes twice: it is a folder already" },
		{ENTRY_SYMLINK, ENTRY_DIR,      "entry \"p\": comes twice: it is a symlink already"},
		{ENTRY_FILE,    ENTRY_HARDLINK, "entry \"p\": comes twice: it is a file already"   },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct work *x = *state;

		if (i) {
			layer_free(x->w);
			assert_int_equal(layer_open(&x->s, 1, &x->w, &x->e), 0);
		}
		must_add(x, rows[i].first, "p", "q", 0755);
		assert_int_equal(add(x, rows[i].second, "p", "p", 0755), -1);
		assert_says(&x->e, ERR_VERIFY, rows[i].words);
	}
}

static void a_folder_may_come_again_if_it_agrees(void **state)
{
	AUTO_DONE(buf) struct buf got = {0};
	struct work *x = *state;
	struct layer layer;
	struct err e;

	must_add(x, ENTRY_FILE, "a/b", NULL, 0644);
	must_add(x, ENTRY_DIR, "a", NULL, 0755);
	assert_int_equal(add(x, ENTRY_DIR, "a", NULL, 0700), -1);
	assert_says(&x->e, ERR_VERIFY, "comes twice, with mode 0755 0:0 and 0700 0:0");
	assert_ok(layer_close(x->w, &layer, &e));
	listing(x, &layer, &got);
	assert_string_equal(got.p, "5 0755 a/\n0 0644 a/b\n");
}

static void nothing_lies_below_what_is_no_folder(void **state)
{
	struct work *x = *state;

	must_add(x, ENTRY_SYMLINK, "lib", "usr/lib", 0);
	must_add(x, ENTRY_FILE, "file", NULL, 0644);
	assert_int_equal(add(x, ENTRY_FILE, "lib/x/y", NULL, 0644), -1);
	assert_says(&x->e, ERR_VERIFY, "entry \"lib/x/y\": is below \"lib\", which is a symlink");
	assert_int_equal(add(x, ENTRY_DIR, "file/x", NULL, 0755), -1);
	assert_says(&x->e, ERR_VERIFY, "is below \"file\", which is a file");
}

static void a_hard_link_points_backwards_to_a_file(void **state)
{
	static const char *const bad[] = {"later", "dir", "soft", "self", "../x", ""};
	struct work *x = *state;

	must_add(x, ENTRY_FILE, "dir/file", NULL, 0644);
	must_add(x, ENTRY_SYMLINK, "soft", "dir/file", 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(add(x, ENTRY_HARDLINK, "self", bad[i], 0644), -1);
		assert_says(&x->e, ERR_VERIFY, "entry \"self\": is a hard link to");
	}
	must_add(x, ENTRY_HARDLINK, "good", "dir/file", 0);
	must_add(x, ENTRY_HARDLINK, "again", "good", 0);
}

static void bad_names_and_targets_are_refused(void **state)
{
	static const struct {
		const char *name, *link, *words;
	} rows[] = {
		{"/a",     "x",   "its name is absolute"                                 },
		{"a/../b", "x",   "its name climbs out with \"..\""                      },
		{".wh.a",  "x",   "its name is a whiteout"                               },
		{"a\nb",   "x",   "entry \"a\\x0ab\": its name holds a control character"},
		{"a",      "",    "entry \"a\": its target \"\" is empty"                },
		{"a",      "b\n", "its target \"b\\x0a\" holds a control character"      },
		{"a",      "b\t", "its target \"b\\x09\" holds a control character"      },
	};
	struct work *x = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(add(x, ENTRY_SYMLINK, rows[i].name, rows[i].link, 0), -1);
		assert_says(&x->e, ERR_VERIFY, rows[i].words);
	}
	must_add(x, ENTRY_SYMLINK, "a", "../../anywhere", 0);
}

static void contents_have_the_size_they_were_said_to_have(void **state)
{
	struct source s = {"hello", 5, 5};
	const struct entry entry = {.type = ENTRY_FILE, .name = "f", .size = 6};
	struct work *x = *state;

	assert_int_equal(layer_add(x->w, &entry, give, &s, &x->e), -1);
	assert_says(&x->e, ERR_VERIFY, "entry \"f\": ends 1 bytes early");
	assert_int_equal(layer_add(x->w, &entry, fail_to_give, NULL, &x->e), -1);
	assert_says(&x->e, ERR_VERIFY, "entry \"f\": no more");
}

static void leaves_an_index_of_its_paths_with_their_digests(void **state)
{
	AUTO_DONE(paths) struct paths p = {0};
	struct digest hello, empty, none = {{0}};
	struct work *x = *state;
	struct layer layer;
	struct err e;

	digest_bytes(&hello, "hello", 5);
	digest_bytes(&empty, "", 0);
	must_add(x, ENTRY_FILE, "z/hello", NULL, 0644);
	must_add(x, ENTRY_HARDLINK, "b", "z/hello", 0);
	must_add(x, ENTRY_SYMLINK, "c", "z", 0);
	assert_ok(layer_add_bytes(x->w, "a", 0600, "", 0, &e));
	assert_ok(layer_add_dir(x->w, "y", 0700, &e));
	assert_ok(layer_add_symlink(x->w, "x", "y", &e));
	assert_ok(layer_close(x->w, &layer, &e));
	assert_ok(paths_load(&x->s, &layer.packed.diff_id, &p, &e));
	assert_int_equal(p.n, 7);
	assert_true(digest_eq(&paths_find(&p, "z/hello")->digest, &hello));
	assert_true(digest_eq(&paths_find(&p, "b")->digest, &hello));
	assert_int_equal(paths_find(&p, "b")->entry.mode, 0644);
	assert_true(digest_eq(&paths_find(&p, "a")->digest, &empty));
	assert_true(digest_eq(&paths_find(&p, "z")->digest, &none));
	assert_int_equal(paths_find(&p, "y")->entry.mode, 0700);
	assert_string_equal(paths_find(&p, "x")->entry.link, "y");
}

static void knows_its_newest_time(void **state)
{
	struct source s = {"", 0, 1};
	struct entry entry = {.type = ENTRY_FILE, .name = "a"};
	struct work *x = *state;
	struct layer layer;
	struct err e;

	entry.mtime = 1700000000;
	assert_ok(layer_add(x->w, &entry, give, &s, &e));
	entry.mtime = 5;
	entry.name = "b/c";
	assert_ok(layer_add(x->w, &entry, give, &s, &e));
	assert_ok(layer_close(x->w, &layer, &e));
	assert_int_equal(layer.newest, 1700000000);
}

/* Past the first size of the table of paths, and through all its lookups. */
static void many_paths_are_all_known(void **state)
{
	enum { N = 20000 };
	struct work *x = *state;
	struct layer layer;
	char name[40];
	struct err e;

	for (unsigned i = 0; i < N; i++) {
		snprintf(name, sizeof name, "dir%u/f%u", i % 97, i);
		assert_ok(layer_add_bytes(x->w, name, 0644, name, strlen(name), &e));
	}
	for (unsigned i = 0; i < N; i++) {
		snprintf(name, sizeof name, "dir%u/f%u", i % 97, i);
		assert_true(layer_has(x->w, name));
		snprintf(name, sizeof name, "dir%u/f%u", i % 97, i + 1);
		assert_false(layer_has(x->w, name));
	}
	assert_ok(layer_close(x->w, &layer, &e));
}

/* A few kilobytes of archive must not become gigabytes of memory. */
static void names_and_targets_are_counted_too(void **state)
{
	struct work *x = *state;
	char name[20], target[4096 + 1] = "";
	unsigned n = 0;

	memset(target, 't', sizeof target - 1);
	do
		snprintf(name, sizeof name, "l%u", n);
	while (++n < 10000 && add(x, ENTRY_SYMLINK, name, target, 0) == 0);
	assert_in_range(n, 8000, 8200);
	assert_says(&x->e, ERR_VERIFY, "is one too many: the names before it are 33");
}

static void a_layer_given_up_leaves_nothing_in_the_store(void **state)
{
	struct work *x = *state;

	must_add(x, ENTRY_FILE, "a", NULL, 0644);
	layer_free(x->w);
	x->w = NULL;
	assert_int_equal(rmdir(room_path(x->room, "tmp")), 0);
	assert_int_equal(rmdir(room_path(x->room, "blobs/sha256")), 0);
	assert_int_equal(rmdir(room_path(x->room, "paths")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_work(parents_come_first_and_only_once),
		at_work(no_path_comes_twice),
		at_work(a_folder_may_come_again_if_it_agrees),
		at_work(nothing_lies_below_what_is_no_folder),
		at_work(a_hard_link_points_backwards_to_a_file),
		at_work(bad_names_and_targets_are_refused),
		at_work(contents_have_the_size_they_were_said_to_have),
		at_work(leaves_an_index_of_its_paths_with_their_digests),
		at_work(knows_its_newest_time),
		at_work(many_paths_are_all_known),
		at_work(names_and_targets_are_counted_too),
		at_work(a_layer_given_up_leaves_nothing_in_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
