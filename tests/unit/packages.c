// SPDX-License-Identifier: Apache-2.0
#include "debs.h"

#include "layer/kinds.h"

/* A store with packages in it, and the layer that became of them. */
struct bench {
	struct room *room;
	struct store store;
	struct package v[4];
	struct package_set set;
	struct layer layer;
	struct paths paths;
};

static int bench_make(void **state)
{
	struct bench *b = mem_alloc(1, sizeof *b);
	void *room;
	struct err e;

	if (room_make(&room) < 0)
		return -1;
	b->room = room;
	b->store = STORE_NONE;
	b->set.v = b->v;
	*state = b;
	return store_open(&b->store, room_path(b->room, "store"), &e);
}

static int bench_clear(void **state)
{
	struct bench *b = *state;
	void *room = b->room;

	store_done(&b->store);
	paths_done(&b->paths);
	free(b);
	return room_clear(&room);
}
#define on_a_bench(test) cmocka_unit_test_setup_teardown(test, bench_make, bench_clear)

static void add(struct bench *b, const char *name, const char *more, const struct entry *data,
                size_t n)
{
	keep_deb(&b->store, &b->v[b->set.n++], name, more, data, n);
}

static int build(struct bench *b, bool lowest, struct err *e)
{
	paths_done(&b->paths);
	if (layer_packages(&b->store, 1, &b->set, lowest, &b->layer, e) < 0)
		return -1;
	return paths_load(&b->store, &b->layer.packed.diff_id, &b->paths, e);
}

static const struct path *at(const struct bench *b, const char *name)
{
	const struct path *p = paths_find(&b->paths, name);

	if (!p)
		fail_msg("%s is not in the layer", name);
	return p;
}

static void assert_link(const struct bench *b, const char *name, const char *target)
{
	assert_int_equal(at(b, name)->entry.type, ENTRY_SYMLINK);
	assert_string_equal(at(b, name)->entry.link, target);
}

static void puts_what_was_in_bin_and_lib_into_usr(void **state)
{
	const struct entry data[] = {
		dir_entry("bin", 0755),
		file_entry("bin/tool", 0755, "tool"),
		link_entry(ENTRY_HARDLINK, "bin/same", "bin/tool"),
		link_entry(ENTRY_SYMLINK, "bin/other", "tool"),
		link_entry(ENTRY_SYMLINK, "lib/x/out", "../../etc/x"),
		link_entry(ENTRY_SYMLINK, "lib/x/inside", "../y"),
		link_entry(ENTRY_SYMLINK, "lib64", "usr/lib64"),
	};
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", data, ARRAY_LEN(data));
	assert_ok(build(b, true, &e));
	assert_int_equal(at(b, "usr/bin/tool")->entry.type, ENTRY_FILE);
	assert_string_equal(at(b, "usr/bin/same")->entry.link, "usr/bin/tool");
	assert_link(b, "usr/bin/other", "tool");
	assert_link(b, "usr/lib/x/out", "../../../etc/x");
	assert_link(b, "usr/lib/x/inside", "../y");
	assert_link(b, "bin", "usr/bin");
	assert_link(b, "lib64", "usr/lib64");
	assert_int_equal(at(b, "tmp")->entry.mode, 01777);
}

static void makes_the_links_of_the_root_in_the_lowest_layer_only(void **state)
{
	const struct entry data = file_entry("sbin/x", 0755, "x");
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", &data, 1);
	assert_ok(build(b, false, &e));
	assert_non_null(paths_find(&b->paths, "usr/sbin/x"));
	assert_null(paths_find(&b->paths, "sbin"));
	assert_null(paths_find(&b->paths, "tmp"));
}

static void takes_setuid_and_setgid_from_programs_only(void **state)
{
	const struct entry data[] = {
		file_entry("usr/bin/su", 04755, "su"),
		file_entry("usr/bin/wall", 02755, "wall"),
		dir_entry("var/mail", 02775),
	};
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", data, ARRAY_LEN(data));
	assert_ok(build(b, true, &e));
	assert_int_equal(at(b, "usr/bin/su")->entry.mode, 0755);
	assert_int_equal(at(b, "usr/bin/wall")->entry.mode, 0755);
	assert_int_equal(at(b, "var/mail")->entry.mode, 02775);
}

static void links_the_alternatives_whose_target_is_there(void **state)
{
	const struct entry data[] = {
		file_entry("usr/bin/mawk", 0755, "mawk"),
		file_entry("usr/lib/jvm/java-11-openjdk-amd64/bin/java", 0755, "11"),
		file_entry("usr/lib/jvm/java-17-openjdk-amd64/bin/java", 0755, "17"),
		file_entry("usr/lib/jvm/java-17-openjdk-amd64/bin/keytool", 0755, "17"),
		file_entry("usr/bin/keytool", 0755, "a package's own"),
	};
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", data, ARRAY_LEN(data));
	assert_ok(build(b, false, &e));
	assert_link(b, "usr/bin/java", "/etc/alternatives/java");
	assert_link(b, "etc/alternatives/java", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
	assert_link(b, "usr/bin/awk", "/etc/alternatives/awk");
	assert_link(b, "etc/alternatives/awk", "/usr/bin/mawk");
	assert_int_equal(at(b, "usr/bin/keytool")->entry.type, ENTRY_FILE);
	assert_null(paths_find(&b->paths, "usr/bin/which"));
}

static void tells_scanners_which_packages_are_inside(void **state)
{
	const struct entry data = file_entry("x", 0644, "x");
	struct bench *b = *state;
	struct digest d;
	struct err e;
	static const char control[] = "Package: aa\nVersion: 1.0\nArchitecture: all\nSource: a\n";

	add(b, "aa", "Source: a\n", &data, 1);
	assert_ok(build(b, false, &e));
	digest_bytes(&d, control, strlen(control));
	assert_true(digest_eq(&at(b, "var/lib/dpkg/status.d/aa")->digest, &d));
	assert_non_null(paths_find(&b->paths, "var/lib/dpkg/status.d/aa.md5sums"));
	assert_null(paths_find(&b->paths, "ran")); /* its postinst */
}

static void shares_folders_and_equal_files_between_packages(void **state)
{
	const struct entry one[] = {dir_entry("usr/share", 0755),
	                            file_entry("usr/share/x", 0644, "x")};
	const struct entry two[] = {dir_entry("usr/share", 0700),
	                            file_entry("usr/share/x", 0644, "x"),
	                            file_entry("usr/share/y", 0644, "y")};
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", one, ARRAY_LEN(one));
	add(b, "bb", "", two, ARRAY_LEN(two));
	assert_ok(build(b, false, &e));
	assert_int_equal(at(b, "usr/share")->entry.mode, 0755);
	assert_non_null(paths_find(&b->paths, "usr/share/y"));
}

static void refuses_two_packages_with_one_path(void **state)
{
	const struct entry one = file_entry("usr/x", 0644, "one");
	const struct entry two = file_entry("usr/x", 0644, "two");
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", &one, 1);
	add(b, "bb", "", &two, 1);
	assert_refused(build(b, false, &e), ERR_VERIFY,
	               "package bb: entry \"usr/x\": another package of the set has it too");
}

static void lets_a_package_that_replaces_another_have_its_files(void **state)
{
	const struct entry old = file_entry("usr/x", 0644, "old");
	const struct entry new = file_entry("usr/x", 0644, "new");
	struct bench *b = *state;
	struct digest d;
	struct err e;

	add(b, "aa", "", &old, 1);
	add(b, "bb", "Replaces: a, aa (<< 2)\n", &new, 1);
	assert_ok(build(b, false, &e));
	digest_bytes(&d, "new", 3);
	assert_true(digest_eq(&at(b, "usr/x")->digest, &d));
}

static void gives_one_layer_whatever_the_order_of_the_set(void **state)
{
	const struct entry one = file_entry("usr/one", 0644, "one");
	const struct entry two = file_entry("usr/two", 0644, "two");
	struct bench *b = *state;
	struct package first;
	struct digest d;
	struct err e;

	add(b, "aa", "", &one, 1);
	add(b, "bb", "", &two, 1);
	assert_ok(build(b, true, &e));
	d = b->layer.packed.digest;
	first = b->v[0];
	b->v[0] = b->v[1];
	b->v[1] = first;
	assert_ok(build(b, true, &e));
	assert_true(digest_eq(&d, &b->layer.packed.digest));
}

static void refuses_a_hostile_package_by_its_name(void **state)
{
	static const struct {
		struct entry x;
		const char *says;
	} bad[] = {
		{{.type = ENTRY_FILE, .name = "../x", .link = ""},           "package aa: entry"},
		{{.type = ENTRY_FILE, .name = "/etc/x", .link = ""},         "package aa: entry"},
		{{.type = ENTRY_FILE, .name = "usr/.wh.x", .link = ""},      "package aa: entry"},
		{{.type = ENTRY_HARDLINK, .name = "x", .link = "../etc/x"},  "package aa: entry"},
		{{.type = ENTRY_HARDLINK, .name = "x", .link = "not/there"},
	         "package aa: entry \"x\""						      },
	};
	struct bench *b = *state;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		b->set.n = 0;
		add(b, "aa", "", &bad[i].x, 1);
		assert_refused(build(b, true, &e), ERR_VERIFY, bad[i].says);
	}
}

static void refuses_a_path_below_a_symlink_of_another_package(void **state)
{
	const struct entry link = link_entry(ENTRY_SYMLINK, "usr/way", "/etc");
	const struct entry below = file_entry("usr/way/passwd", 0644, "x");
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", &link, 1);
	add(b, "bb", "", &below, 1);
	assert_refused(build(b, true, &e), ERR_VERIFY, "package bb: entry \"usr/way/passwd\"");
}

static void refuses_a_package_that_is_another_than_the_lock_says(void **state)
{
	const struct entry data = file_entry("x", 0644, "x");
	struct bench *b = *state;
	struct err e;

	add(b, "aa", "", &data, 1);
	b->v[0].version = "2.0";
	assert_refused(build(b, true, &e), ERR_VERIFY,
	               "package aa 2.0: the file says Version: 1.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_a_bench(puts_what_was_in_bin_and_lib_into_usr),
		on_a_bench(makes_the_links_of_the_root_in_the_lowest_layer_only),
		on_a_bench(takes_setuid_and_setgid_from_programs_only),
		on_a_bench(links_the_alternatives_whose_target_is_there),
		on_a_bench(tells_scanners_which_packages_are_inside),
		on_a_bench(shares_folders_and_equal_files_between_packages),
		on_a_bench(refuses_two_packages_with_one_path),
		on_a_bench(lets_a_package_that_replaces_another_have_its_files),
		on_a_bench(gives_one_layer_whatever_the_order_of_the_set),
		on_a_bench(refuses_a_hostile_package_by_its_name),
		on_a_bench(refuses_a_path_below_a_symlink_of_another_package),
		on_a_bench(refuses_a_package_that_is_another_than_the_lock_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
