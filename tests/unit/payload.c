// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "base/proc.h"
#include "server.h"

static void asks_nobody_for_what_the_store_has(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(requests("GET"), 1);
}

static void tries_one_address_after_the_other(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("404"));
	add_address(a, https("wrong"));
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_true(is_kept(a));
}

static void names_every_address_and_its_reason_when_all_fail(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("404"));
	add_address(a, https("403"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "/404/f.bin: it answers 404"));
	assert_non_null(strstr(a->e.msg, "/403/f.bin: it answers 403"));
	assert_non_null(strstr(a->e.hint, "--mirror"));
}

static void wrong_bytes_outweigh_what_the_network_did(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("404"));
	add_address(a, https("wrong"));
	add_address(a, https("500"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_says(&a->e, ERR_VERIFY, "want sha256:");
}

static void asks_mirrors_first_and_the_next_one_when_one_has_other_bytes(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *bad = mem_printf("http://127.0.0.1:%u/wrong/mirror", server.http);
	AUTO(str) char *none = mem_printf("%s/nowhere", server.dir);
	AUTO(str) char *good = mem_printf("%s/www/mirror", server.dir);
	AUTO(str) char *folder = mem_printf("%s/upstream.example", good);
	AUTO(str) char *from = mem_printf("%s/www/f.bin", server.dir);
	AUTO(str) char *to = mem_printf("%s/f.bin", folder);
	const char *const mirrors[] = {bad, none, good};

	assert_int_equal(fs_mkdirs(folder, &a->e), 0);
	(void)!link(from, to);
	a->fetch.mirrors = mirrors;
	a->fetch.nmirrors = 3;
	add_address(a, mem_dup("https://user:secret@upstream.example/f.bin?token=1"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(logged("/wrong/mirror/sha256/", " 404"), 1);
	assert_int_equal(logged("/wrong/mirror/upstream.example/f.bin", " 200"), 1);
	assert_true(is_kept(a));
}

static unsigned warnings, lines;

static void count_line(enum log_level level, const char *text)
{
	(void)text;
	warnings += level == LOG_WARN;
	lines++;
}

static void gives_up_a_mirror_out_of_reach_after_one_warning_for_all_files(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *good = mem_printf("%s/www/sums", server.dir);
	AUTO(str) char *folder = mem_printf("%s/upstream.example", good);
	AUTO(str) char *from = mem_printf("%s/www/f.bin", server.dir);
	AUTO(str) char *to = mem_printf("%s/f.bin", folder);
	const char *const mirrors[] = {"http://127.0.0.1:1", good};

	assert_int_equal(fs_mkdirs(folder, &a->e), 0);
	(void)!link(from, to);
	a->fetch.mirrors = mirrors;
	a->fetch.nmirrors = 2;
	add_address(a, mem_dup("https://upstream.example/f.bin"));
	warnings = lines = 0;
	log_sink = count_line;
	log_quiet = false;
	for (int i = 0; i < 3; i++) {
		char hex[DIGEST_HEX_MAX];

		assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
		(void)unlinkat(a->store.payloads, digest_hex(&server.sum, hex), 0);
	}
	log_quiet = true;
	log_sink = NULL;
	assert_int_equal(warnings, 1);
	assert_int_equal(lines, 1);
}

static void asks_a_mirror_that_fails_only_once_more(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *bad = mem_printf("http://127.0.0.1:%u/500/hasty", server.http);
	const char *const mirrors[] = {bad};
	AUTO(str) char *folder = mem_printf("%s/www/hasty/sha256", server.dir);
	AUTO(str) char *from = mem_printf("%s/www/f.bin", server.dir);
	char hex[DIGEST_HEX_MAX];
	AUTO(str) char *to = mem_printf("%s/%s", folder, digest_hex(&server.sum, hex));
	unsigned tries = http_policy.tries;

	assert_int_equal(fs_mkdirs(folder, &a->e), 0);
	(void)!link(from, to);
	a->fetch.mirrors = mirrors;
	a->fetch.nmirrors = 1;
	a->payload.address = NULL;
	http_policy.tries = 5;
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	http_policy.tries = tries;
	assert_int_equal(logged("/500/hasty/sha256/", " 500"), 2);
}

static void tells_of_an_address_whose_server_is_out_of_reach_once(void **state)
{
	struct attempt *a = *state;

	add_address(a, mem_dup("http://127.0.0.1:2/f.bin"));
	add_address(a, https("good"));
	warnings = 0;
	log_sink = count_line;
	for (int i = 0; i < 2; i++) {
		char hex[DIGEST_HEX_MAX];

		assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
		(void)unlinkat(a->store.payloads, digest_hex(&server.sum, hex), 0);
	}
	log_sink = NULL;
	assert_int_equal(warnings, 1);
}

static void offline_asks_a_mirror_on_disk_and_nothing_else(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *mirror = mem_printf("http://127.0.0.1:%u/good/island", server.http);
	const char *const mirrors[] = {mirror};

	a->fetch.offline = true;
	a->fetch.mirrors = mirrors;
	a->fetch.nmirrors = 1;
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "--offline"));
	assert_int_equal(requests("GET"), 0);
	assert_int_equal(logged("/good/island/", "GET"), 0);
}

static void verifies_by_the_publishers_sha512_and_says_the_sha256(void **state)
{
	struct attempt *a = *state;

	a->payload.sha256 = (struct digest){0};
	a->payload.size = 0;
	a->payload.has_sha512 = true;
	memcpy(a->payload.sha512, server.sum512, 64);
	add_address(a, https("wrong"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_VERIFY);
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_true(digest_eq(&a->payload.sha256, &server.sum));
	assert_int_equal(a->payload.size, FILE_SIZE);
}

static void takes_a_file_nobody_vouches_for_only_when_locking(void **state)
{
	struct attempt *a = *state;

	a->payload.sha256 = (struct digest){0};
	a->payload.size = 0;
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_SPEC);
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, true, &a->e), 0);
	assert_true(digest_eq(&a->payload.sha256, &server.sum));
}

static void copies_a_local_file_relative_to_the_definitions(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *www = mem_printf("%s/www", server.dir);

	a->payload.dir = www;
	add_address(a, mem_dup("file:missing"));
	add_address(a, mem_dup("file:f.bin"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_true(is_kept(a));
}

/* A source archive that leaves a mark when anything in it runs, in a folder pip is pointed at. */

static void make_sdist(const char *version, const char *extra, const char *text)
{
	AUTO(str)
	char *script = mem_printf(
		"cd %s && mkdir -p links marked-%s && cd marked-%s &&"
		"printf 'open(\"%s/ran\", \"w\")\\n' | tee setup.py >backend.py &&"
		"printf '%s' >%s && printf 'Metadata-Version: 1.0\\nName: marked\\nVersion: %s\\n' "
		">PKG-INFO && cd .. && tar -czf links/marked-%s.tar.gz marked-%s",
		server.dir, version, version, server.dir, text, extra, version, version, version);
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct err e;

	if (proc_run(&(struct proc){.argv = argv}, NULL, &e) < 0)
		fail_msg("%s", e.msg);
}

static void fetches_with_pip_and_runs_nothing_of_the_archive(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *links = mem_printf("%s/links", server.dir);
	AUTO(str) char *mark = mem_printf("%s/ran", server.dir);

	make_sdist("1.0", "notes", "");
	make_sdist("2.0", "pyproject.toml",
	           "[build-system]\\nrequires = []\\nbuild-backend = \"backend\"\\n"
	           "backend-path = [\".\"]\\n");
	setenv("PIP_NO_INDEX", "1", 1);
	setenv("PIP_FIND_LINKS", links, 1);
	a->payload.naddress = 1;
	for (int i = 1; i <= 2; i++) {
		AUTO(str) char *address = mem_printf("pypi:marked==%d.0", i);
		const char *const list[] = {address};

		a->payload.address = list;
		a->payload.sha256 = (struct digest){0};
		a->payload.size = 0;
		if (payload_fetch(&a->fetch, &a->payload, true, &a->e) < 0)
			fail_msg("%s", a->e.msg);
		assert_true(store_has(a->store.payloads, &a->payload.sha256, NULL));
		assert_int_equal(access(mark, F_OK), -1);
	}
}

static void says_what_pip_said_when_there_is_no_such_version(void **state)
{
	struct attempt *a = *state;

	add_address(a, mem_dup("pypi:marked==9.9"));
	add_address(a, mem_dup("pypi:marked==1!9.9+local.1"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "No matching distribution found for marked==9.9"));
	assert_non_null(strstr(a->e.msg, "No matching distribution found for marked==1!9.9+local"));
	assert_null(strstr(a->e.msg, "sitecustomize")); /* ours is not heard of */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asks_nobody_for_what_the_store_has),
		TEST(tries_one_address_after_the_other),
		TEST(names_every_address_and_its_reason_when_all_fail),
		TEST(wrong_bytes_outweigh_what_the_network_did),
		TEST(asks_mirrors_first_and_the_next_one_when_one_has_other_bytes),
		TEST(gives_up_a_mirror_out_of_reach_after_one_warning_for_all_files),
		TEST(asks_a_mirror_that_fails_only_once_more),
		TEST(tells_of_an_address_whose_server_is_out_of_reach_once),
		TEST(offline_asks_a_mirror_on_disk_and_nothing_else),
		TEST(verifies_by_the_publishers_sha512_and_says_the_sha256),
		TEST(takes_a_file_nobody_vouches_for_only_when_locking),
		TEST(copies_a_local_file_relative_to_the_definitions),
		TEST(fetches_with_pip_and_runs_nothing_of_the_archive),
		TEST(says_what_pip_said_when_there_is_no_such_version),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
