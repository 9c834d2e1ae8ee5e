// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "base/proc.h"
#include "layer/ldcache.h"

static struct debfile files[] = {
	{"etc/ld.so.conf",               "include /etc/ld.so.conf.d/*.conf # all\n/opt/last/\n", 0},
	{"etc/ld.so.conf.d/a.conf",      "# Multiarch\n/usr/local/lib\n\n",                      0},
	{"etc/ld.so.conf.d/b.conf",      "/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu",     0},
	{"etc/ld.so.conf.d/lib32.conf",  "/lib32\n/usr/lib32\n",                                 0},
	{"etc/ld.so.conf.d/other.notes", "/nowhere\n",                                           0},
};
static const struct debfiles conf = {.v = files, .n = ARRAY_LEN(files)};

static void make_layers(struct paths layers[2])
{
	static const char *const low[] = {
		"usr/lib/x86_64-linux-gnu/libz.so.1",
		"usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
		"usr/lib/x86_64-linux-gnu/ld-linux.so.2",
		"usr/lib/x86_64-linux-gnu/libc.so.6",
		"usr/lib/x86_64-linux-gnu/libicu9.so.9",
		"usr/lib/x86_64-linux-gnu/libicu10.so.10",
		"usr/lib/x86_64-linux-gnu/deep/libno.so.1",
		"usr/lib/x86_64-linux-gnu/readme",
		"usr/lib/x86_64-linux-gnu/crt1.o",
		"opt/last/libz.so.1",
	};
	static const char *const high[] = {"usr/local/lib/libc.so.6", "opt/last/libown.so"};

	for (size_t i = 0; i < ARRAY_LEN(low); i++)
		paths_add(&layers[0], &(struct entry){.type = ENTRY_FILE, .name = low[i]}, NULL);
	for (size_t i = 0; i < ARRAY_LEN(high); i++)
		paths_add(&layers[1], &(struct entry){.type = ENTRY_SYMLINK, .name = high[i]},
		          NULL);
	paths_sort(&layers[0]);
	paths_sort(&layers[1]);
}

static bool make_cache(struct buf *ret, const char *arch)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct paths layers[2] = {{0}, {0}};
	const struct paths *const all[] = {&layers[0], &layers[1]};
	struct ld_dirs dirs;
	bool made;

	make_layers(layers);
	ld_dirs_read(&dirs, &conf, &a);
	made = ldcache_write(ret, &dirs, all, 2, arch);
	paths_done(&layers[0]);
	paths_done(&layers[1]);
	return made;
}

static void reads_the_folders_in_the_loaders_order(void **state)
{
	static const char *const want[] = {"/usr/local/lib", "/lib/x86_64-linux-gnu",
	                                   "/usr/lib/x86_64-linux-gnu", "/opt/last"};
	AUTO_DONE(arena) struct arena a = {0};
	struct ld_dirs dirs;

	(void)state;
	ld_dirs_read(&dirs, &conf, &a);
	assert_int_equal(dirs.n, ARRAY_LEN(want));
	for (size_t i = 0; i < dirs.n; i++)
		assert_string_equal(dirs.v[i], want[i]);
	ld_dirs_read(&dirs, &(struct debfiles){0}, &a);
	assert_int_equal(dirs.n, 0);
}

static void is_what_the_real_ldconfig_reads(void **state)
{
	AUTO_DONE(buf) struct buf cache = {0}, out = {0};
	const struct room *r = *state;
	const char *const argv[] = {"/sbin/ldconfig", "-p", "-C", room_path(r, "cache"), NULL};
	const char *const env[] = {"LC_ALL=C", NULL};
	struct err e;

	assert_true(make_cache(&cache, "amd64"));
	write_plainly(r->fd, "cache", cache.p, cache.len);
	assert_ok(proc_run(&(struct proc){.argv = argv, .env = env, .out = &out}, NULL, &e));
	assert_non_null(strchr(out.p, '\n'));
	assert_string_equal(
		strchr(out.p, '\n') + 1,
		"\tlibz.so.1.2.13 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1.2.13\n"
		"\tlibz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1\n"
		"\tlibown.so (libc6,x86-64) => /opt/last/libown.so\n"
		"\tlibicu10.so.10 (libc6,x86-64) => /lib/x86_64-linux-gnu/libicu10.so.10\n"
		"\tlibicu9.so.9 (libc6,x86-64) => /lib/x86_64-linux-gnu/libicu9.so.9\n"
		"\tlibc.so.6 (libc6,x86-64) => /usr/local/lib/libc.so.6\n"
		"\tld-linux.so.2 (libc6,x86-64) => /lib/x86_64-linux-gnu/ld-linux.so.2\n");
}

static void makes_none_for_an_architecture_it_does_not_know(void **state)
{
	AUTO_DONE(buf) struct buf cache = {0};

	(void)state;
	assert_false(make_cache(&cache, "s390x"));
	assert_int_equal(cache.len, 0);
	assert_true(make_cache(&cache, "arm64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_folders_in_the_loaders_order),
		in_a_room(is_what_the_real_ldconfig_reads),
		cmocka_unit_test(makes_none_for_an_architecture_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
