// SPDX-License-Identifier: Apache-2.0
#include "debs.h"

#include "layer/kinds.h"

#define PEM(n) "tests/golden/jks-" #n ".pem"

/* A store, the packages of two layers below, and the layer made on top of them. */
struct bench {
	struct room *room;
	struct store store;
	struct package v[2];
	struct package_set sets[2];
	struct paths below[2];
	const struct paths *all[2];
	struct system_layer what;
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
	b->what = (struct system_layer){.sets = b->sets, .paths = b->all, .arch = "amd64"};
	*state = b;
	return store_open(&b->store, room_path(b->room, "store"), &e);
}

static int bench_clear(void **state)
{
	struct bench *b = *state;
	void *room = b->room;

	store_done(&b->store);
	paths_done(&b->paths);
	for (size_t i = 0; i < ARRAY_LEN(b->below); i++)
		paths_done(&b->below[i]);
	free(b);
	return room_clear(&room);
}
#define on_a_bench(test) cmocka_unit_test_setup_teardown(test, bench_make, bench_clear)

/* A layer of one package. */
static void below(struct bench *b, const char *name, const struct entry *data, size_t n)
{
	size_t at = b->what.nsets++;
	struct layer l;
	struct err e;

	keep_deb(&b->store, &b->v[at], name, "", data, n);
	b->sets[at] = (struct package_set){&b->v[at], 1};
	assert_ok(layer_packages(&b->store, 1, &b->sets[at], at == 0, &l, &e));
	assert_ok(paths_load(&b->store, &l.packed.diff_id, &b->below[at], &e));
	b->all[at] = &b->below[at];
	b->what.npaths++;
}

static int build(struct bench *b, struct err *e)
{
	if (layer_system(&b->store, 1, &b->what, &b->layer, e) < 0)
		return -1;
	return paths_load(&b->store, &b->layer.packed.diff_id, &b->paths, e);
}

static const struct entry *at(const struct bench *b, const char *name)
{
	const struct path *p = paths_find(&b->paths, name);

	if (!p)
		fail_msg("%s is not in the layer", name);
	return &p->entry;
}

static bool holds(const struct bench *b, const char *name, const char *text)
{
	const struct path *p = paths_find(&b->paths, name);
	struct digest d;

	digest_bytes(&d, text, strlen(text));
	return p && digest_eq(&p->digest, &d);
}

static void makes_what_the_scripts_of_the_packages_would_have_made(void **state)
{
	const struct entry conf[] = {file_entry("etc/ld.so.conf", 0644, "/usr/lib/x\n"),
	                             file_entry("usr/bin/x", 0755, "x")};
	AUTO_DONE(buf) struct buf one = {0}, two = {0}, both = {0};
	struct bench *b = *state;
	struct err e;

	assert_ok(fs_read_file(AT_FDCWD, PEM(1), 10000, &one, &e));
	assert_ok(fs_read_file(AT_FDCWD, PEM(2), 10000, &two, &e));
	buf_printf(&both, "%s%s", one.p, two.p);
	below(b, "base",
	      (struct entry[]){
		      file_entry("usr/lib/x/libx.so.1", 0644, "x"),
		      file_entry("usr/share/base-passwd/passwd.master", 0644, "root:*:0:0::/:/x\n"),
		      file_entry("usr/share/base-passwd/group.master", 0644, "root:*:0:\n"),
		      file_entry("usr/share/ca-certificates/m/A (1).crt", 0644, one.p),
		      file_entry("usr/share/ca-certificates/m/B.crt", 0644, two.p),
		      file_entry("usr/share/libc-bin/nsswitch.conf", 0644, "passwd: files\n"),
	      },
	      6);
	below(b, "conf", conf, 2); /* no package's sums list its configuration */
	assert_ok(build(b, &e));
	assert_true(holds(b, "etc/passwd", "root:*:0:0::/:/x\n"));
	assert_true(holds(b, "etc/group", "root:*:0:\n"));
	assert_true(holds(b, "etc/nsswitch.conf", "passwd: files\n"));
	assert_true(holds(b, "etc/ssl/certs/ca-certificates.crt", both.p));
	assert_true(holds(b, "etc/ca-certificates.conf", "m/A (1).crt\nm/B.crt\n"));
	assert_string_equal(at(b, "etc/ssl/certs/A_=1=.pem")->link,
	                    "/usr/share/ca-certificates/m/A (1).crt");
	assert_string_equal(at(b, "etc/ssl/certs/4abcfbff.0")->link, "A_=1=.pem");
	assert_int_equal(at(b, "etc/ld.so.cache")->type, ENTRY_FILE);
	assert_null(paths_find(&b->paths, "etc/ssl/certs/java/cacerts"));
}

static void gives_a_java_its_trust_store(void **state)
{
	AUTO_DONE(buf) struct buf pem = {0};
	struct bench *b = *state;
	struct entry cert, java = file_entry("usr/lib/jvm/j-17/bin/java", 0755, "java");
	struct err e;

	assert_ok(fs_read_file(AT_FDCWD, PEM(1), 10000, &pem, &e));
	cert = file_entry("usr/share/ca-certificates/m/A.crt", 0644, pem.p);
	below(b, "ca", &cert, 1);
	below(b, "jre", &java, 1);
	assert_ok(build(b, &e));
	/* header, one entry with alias "debian:a.pem", date, "X.509" and the certificate, seal */
	assert_int_equal(at(b, "etc/ssl/certs/java/cacerts")->size,
	                 12 + 4 + 14 + 8 + 7 + 4 + 391 + 20);
}

static void gives_accounts_a_home_and_leaves_what_is_there_as_it_is(void **state)
{
	static const struct account accounts[] = {
		{.user = "spark", .uid = 1000, .gid = 1001               },
		{ .user = "data",    .uid = 1002, .gid = 1002, .home = "/srv/shared/data"},
		{ .user = "temp",    .uid = 1003, .gid = 1003,             .home = "/tmp"},
	};
	const struct entry shared = dir_entry("srv/shared", 01777);
	struct bench *b = *state;
	struct err e;

	below(b, "base", &shared, 1);
	b->what.accounts = accounts;
	b->what.naccounts = ARRAY_LEN(accounts);
	assert_ok(build(b, &e));
	assert_int_equal(at(b, "home/spark")->uid, 1000);
	assert_int_equal(at(b, "home/spark")->gid, 1001);
	assert_int_equal(at(b, "srv/shared/data")->uid, 1002);
	assert_int_equal(at(b, "srv/shared")->mode, 01777);
	assert_null(paths_find(&b->paths, "tmp"));
	assert_ok(layer_check_over(b->all, b->what.npaths, &b->paths, "system", &e));
}

static void refuses_a_certificate_that_is_none(void **state)
{
	const struct entry bad = file_entry("usr/share/ca-certificates/m/A.crt", 0644, "hello");
	struct bench *b = *state;
	struct err e;

	below(b, "ca", &bad, 1);
	assert_refused(build(b, &e), ERR_VERIFY,
	               "usr/share/ca-certificates/m/A.crt: it is no cert");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_a_bench(makes_what_the_scripts_of_the_packages_would_have_made),
		on_a_bench(gives_a_java_its_trust_store),
		on_a_bench(gives_accounts_a_home_and_leaves_what_is_there_as_it_is),
		on_a_bench(refuses_a_certificate_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
