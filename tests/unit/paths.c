// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "store/paths.h"

#define HEX "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const struct digest diff_id = {{5}};

static const struct entry entries[] = {
	{ENTRY_DIR,      "opt",          NULL,     01777, 0,    0,          0,                 ENTRY_FIXED_TIME},
	{ENTRY_FILE,     "opt/b c",      NULL,     0644,  1000, 2147483647, (uint64_t)9 << 30, 0               },
	{ENTRY_FILE,     "opt/b",        NULL,     04755, 0,    0,          5,                 0               },
	{ENTRY_SYMLINK,  "opt-1",        "../b c", 0777,  0,    0,          0,                 0               },
	{ENTRY_HARDLINK, "opt/\xc3\xa9", "opt/b",  04755, 0,    0,          0,                 0               },
};

static void fill(struct paths *p)
{
	struct digest d;
	struct err e;

	assert_ok(digest_parse_hex(&d, HEX, &e));
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		bool has = entries[i].type == ENTRY_FILE || entries[i].type == ENTRY_HARDLINK;

		paths_add(p, &entries[i], has ? &d : NULL);
	}
}

static void assert_same(const struct entry *a, const struct entry *b)
{
	assert_int_equal(a->type, b->type);
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->link != NULL, b->link != NULL);
	if (a->link)
		assert_string_equal(a->link, b->link);
	assert_int_equal(a->mode, b->mode);
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->gid, b->gid);
	assert_int_equal(a->size, b->size);
}

static void come_back_as_they_were_saved(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(paths) struct paths saved = {0}, got = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	fill(&saved);
	assert_ok(paths_save(&s, &diff_id, &saved, &e));
	assert_ok(paths_load(&s, &diff_id, &got, &e));
	assert_int_equal(got.n, ARRAY_LEN(entries));
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		const struct path *p = paths_find(&got, entries[i].name);

		assert_non_null(p);
		assert_same(&p->entry, &entries[i]);
		assert_int_equal(digest_is_set(&p->digest),
		                 entries[i].type == ENTRY_FILE ||
		                         entries[i].type == ENTRY_HARDLINK);
	}
}

static void are_one_line_each_sorted_by_bytes(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(paths) struct paths p = {0};
	AUTO_DONE(buf) struct buf b = {0};
	char name[DIGEST_HEX_MAX];
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	fill(&p);
	assert_ok(paths_save(&s, &diff_id, &p, &e));
	assert_ok(fs_read_file(s.paths, digest_hex(&diff_id, name), 10000, &b, &e));
	assert_string_equal(b.p, "d\t1777\t0\t0\t0\t-\topt\t\n"
	                         "l\t0777\t0\t0\t0\t-\topt-1\t../b c\n"
	                         "f\t4755\t0\t0\t5\t" HEX "\topt/b\t\n"
	                         "f\t0644\t1000\t2147483647\t9663676416\t" HEX "\topt/b c\t\n"
	                         "h\t4755\t0\t0\t0\t" HEX "\topt/\xc3\xa9\topt/b\n");
}

static void are_found_by_their_whole_name_only(void **state)
{
	AUTO_DONE(paths) struct paths p = {0};

	(void)state;
	assert_null(paths_find(&p, "opt"));
	fill(&p);
	paths_sort(&p);
	assert_string_equal(paths_find(&p, "opt/b")->entry.name, "opt/b");
	assert_null(paths_find(&p, "op"));
	assert_null(paths_find(&p, "opt/"));
	assert_null(paths_find(&p, ""));
}

static void of_an_empty_layer_are_an_empty_file(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(paths) struct paths p = {0}, got = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(paths_save(&s, &diff_id, &p, &e));
	assert_ok(paths_load(&s, &diff_id, &got, &e));
	assert_int_equal(got.n, 0);
}

static void many_go_through_the_file_too(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(paths) struct paths p = {0}, got = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	for (unsigned i = 0; i < 20000; i++) {
		char name[40];
		struct entry x = {.type = ENTRY_FILE, .name = name, .size = i};

		snprintf(name, sizeof name, "some/folder/with/%05u", (i * 7919) % 20000);
		paths_add(&p, &x, NULL);
	}
	assert_ok(paths_save(&s, &diff_id, &p, &e));
	assert_ok(paths_load(&s, &diff_id, &got, &e));
	assert_int_equal(got.n, 20000);
	assert_int_equal(paths_find(&got, "some/folder/with/07919")->entry.size, 1);
}

static void a_damaged_file_is_refused(void **state)
{
	static const char *const bad[] = {
		"d\t0755\t0\t0\t0\t-\ta\t",                      /* cut short */
		"d\t0755\t0\t0\t0\t-\ta\n",                      /* a field too few */
		"d\t0755\t0\t0\t0\t-\ta\t\tb\n",                 /* a field too many */
		"\t0755\t0\t0\t0\t-\ta\t\n",                     /* no type */
		"x\t0755\t0\t0\t0\t-\ta\t\n",                    /* no such type */
		"dd\t0755\t0\t0\t0\t-\ta\t\n",                   /* two */
		"d\t0958\t0\t0\t0\t-\ta\t\n",                    /* not octal */
		"d\t10755\t0\t0\t0\t-\ta\t\n",                   /* more than 07777 */
		"d\t0755\t\t0\t0\t-\ta\t\n",                     /* no owner */
		"d\t0755\t0\t4294967296\t0\t-\ta\t\n",           /* no such owner */
		"d\t0755\t0\t0\t-1\t-\ta\t\n",                   /* no size */
		"f\t0755\t0\t0\t18446744073709551616\t-\ta\t\n", /* too large */
		"f\t0755\t0\t0\t0\tabc\ta\t\n",                  /* no digest */
		"d\t0755\t0\t0\t0\t-\t\t\n",                     /* no name */
		"d\t0755\t0\t0\t0\t-\ta\t\n\nd\t0755\t0\t0\t0\t-\tb\t\n",
		"d\t0755\t0\t0\t0\t-\tb\t\nd\t0755\t0\t0\t0\t-\ta\t\n", /* not sorted */
		"d\t0755\t0\t0\t0\t-\ta\t\nd\t0755\t0\t0\t0\t-\ta\t\n", /* twice */
	};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(paths) struct paths got = {0};
	char name[DIGEST_HEX_MAX];
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	digest_hex(&diff_id, name);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		write_plainly(s.paths, name, bad[i], strlen(bad[i]));
		assert_refused(paths_load(&s, &diff_id, &got, &e), ERR_VERIFY, name);
	}
	write_plainly(s.paths, name, "d\t0755\t0\t0\t0\t-\ta\t\n\0\n", 20);
	assert_refused(paths_load(&s, &diff_id, &got, &e), ERR_VERIFY, name);
	assert_int_equal(unlinkat(s.paths, name, 0), 0);
	assert_refused(paths_load(&s, &diff_id, &got, &e), ERR_SYS, name);
	assert_int_equal(got.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(come_back_as_they_were_saved),
		in_a_room(are_one_line_each_sorted_by_bytes),
		in_a_room(are_found_by_their_whole_name_only),
		in_a_room(of_an_empty_layer_are_an_empty_file),
		in_a_room(many_go_through_the_file_too),
		in_a_room(a_damaged_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
