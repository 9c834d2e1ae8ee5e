// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "net/http.h"
#include "source/payload.h"

#define FILE_SIZE ((size_t)300000)

/* One server for all tests, one store and one set of counters ("?N") a test. */
static struct {
	char dir[64]; /* www/, log, ca.pem, store-N/ */
	pid_t pid;
	int hold; /* the server ends when this closes */
	unsigned http, https, n;
	char *ca;
	struct digest sum;
	uint8_t sum512[64];
} server;

struct attempt {
	struct store store;
	struct fetch fetch;
	struct payload payload;
	char *address[4];
	struct err e;
};

static void make_file(void)
{
	AUTO_DONE(hash) struct hash h = {.kind = HASH_SHA512};
	AUTO(str) char *path = mem_printf("%s/www/f.bin", server.dir);
	AUTO(str) char *bytes = mem_alloc(FILE_SIZE, 1);
	AUTO(file) FILE *f = fopen(path, "w");
	uint32_t x = 1;

	for (size_t i = 0; i < FILE_SIZE; i++)
		bytes[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, FILE_SIZE, f), FILE_SIZE);
	digest_bytes(&server.sum, bytes, FILE_SIZE);
	hash_add(&h, bytes, FILE_SIZE);
	hash_end(&h, server.sum512);
}

static void run_server(int in, int out, const char *log)
{
	AUTO(str) char *www = mem_printf("%s/www", server.dir);

	dup2(in, 0);
	dup2(out, 1);
	close(server.hold);
	execl("tests/serve", "serve", "--tls", server.ca, "--log", log, www, (char *)NULL);
	_exit(127);
}

static int start(void **state)
{
	AUTO(str) char *www = NULL;
	AUTO(str) char *log = NULL;
	AUTO(file) FILE *said = NULL;
	int in[2], out[2];
	struct err e;

	(void)state;
	strcpy(server.dir, "/tmp/lili-payload-XXXXXX");
	assert_non_null(mkdtemp(server.dir));
	www = mem_printf("%s/www", server.dir);
	log = mem_printf("%s/log", server.dir);
	server.ca = mem_printf("%s/ca.pem", server.dir);
	assert_int_equal(fs_mkdirs(www, &e), 0);
	make_file();
	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	server.hold = in[1];
	server.pid = fork();
	if (server.pid == 0)
		run_server(in[0], out[1], log);
	close(in[0]);
	close(out[1]);
	said = fdopen(out[0], "r");
	assert_int_equal(fscanf(said, "http %u\nhttps %u", &server.http, &server.https), 2);
	setenv("SSL_CERT_FILE", server.ca, 1);
	unsetenv("CURL_CA_BUNDLE");
	http_policy =
		(struct http_policy){.tries = 3, .silence = 1, .backoff_ms = 5, .wait_max = 1};
	log_quiet = true;
	return 0;
}

static int stop(void **state)
{
	struct err e;

	(void)state;
	close(server.hold);
	waitpid(server.pid, NULL, 0);
	free(server.ca);
	return fs_rmtree(server.dir, &e);
}

static int attempt_begin(void **state)
{
	struct attempt *a = mem_alloc(1, sizeof *a);
	AUTO(str) char *path = mem_printf("%s/store-%u", server.dir, ++server.n);

	a->store = STORE_NONE;
	a->e = (struct err){0};
	assert_int_equal(store_open(&a->store, path, &a->e), 0);
	a->fetch = (struct fetch){.store = &a->store, .jobs = 1};
	a->payload = (struct payload){.name = "thing",
	                              .address = (const char *const *)a->address,
	                              .sha256 = server.sum,
	                              .size = FILE_SIZE};
	*state = a;
	return 0;
}

static int attempt_end(void **state)
{
	struct attempt *a = *state;

	for (size_t i = 0; i < ARRAY_LEN(a->address); i++)
		free(a->address[i]);
	store_done(&a->store);
	free(a);
	return 0;
}

static void add_address(struct attempt *a, char *address)
{
	a->address[a->payload.naddress++] = address;
}

static char *https(const char *mode)
{
	return mem_printf("https://127.0.0.1:%u/%s/f.bin?%u", server.https, mode, server.n);
}

static bool is_kept(const struct attempt *a)
{
	uint64_t size = 0;

	return store_has(a->store.payloads, &server.sum, &size) && size == FILE_SIZE;
}

/* How many requests the log has with both texts in them. */
static unsigned logged(const char *a, const char *b)
{
	AUTO(str) char *path = mem_printf("%s/log", server.dir);
	AUTO(file) FILE *f = fopen(path, "r");
	char line[512];
	unsigned n = 0;

	while (f && fgets(line, sizeof line, f))
		n += strstr(line, a) && strstr(line, b);
	return n;
}

/* How many of them belong to the present test. */
static unsigned requests(const char *text)
{
	AUTO(str) char *mark = mem_printf("?%u ", server.n);

	return logged(mark, text);
}

static void fetches_from_servers_that_recover(void **state)
{
	static const char *const modes[] = {
		"good",
		"no-range",
		"no-etag",
		"short-once",
		"no-range-short-once",
		"no-etag-short-once",
		"500-twice",
		"503-once",
		"429-once",
		"429-long",
		"redirect/good",
		"redirect/redirect/short-once",
		"reset-once",
		"bad-range",
		"lying-range",
		"etag-changes",
		"chunked",
		"chunked-cut-once",
		"silent-once",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct attempt *a;

		attempt_begin((void **)&a);
		add_address(a, https(modes[i]));
		if (payload_fetch(&a->fetch, &a->payload, false, &a->e) < 0)
			fail_msg("%s: %s", modes[i], a->e.msg);
		assert_true(is_kept(a));
		attempt_end((void **)&a);
	}
}

static void keeps_nothing_of_what_a_bad_server_sends(void **state)
{
	static const struct {
		const char *mode;
		enum err_kind kind;
		const char *says;
	} cases[] = {
		{"404",             ERR_NET,    "it answers 404"                 },
		{"403",             ERR_NET,    "it answers 403"                 },
		{"500",             ERR_NET,    "it answers 500"                 },
		{"204",             ERR_NET,    "it answers 204 without a file"  },
		{"empty",           ERR_NET,    "without a file"                 },
		{"captive",         ERR_VERIFY, "want 300000 bytes, it offers 61"},
		{"longer",          ERR_VERIFY, "it offers 300004"               },
		{"wrong",           ERR_VERIFY, "want sha256:"                   },
		{"short-always",    ERR_NET,    "150000"                         },
		{"no-length-cut",   ERR_NET,    "it ended after 150000 of 300000"},
		{"endless-body",    ERR_VERIFY, "more than the 300000 bytes"     },
		{"endless-headers", ERR_NET,    "headers"                        },
		{"loop",            ERR_NET,    "redirects"                      },
		{"to-file/good",    ERR_NET,    "rotocol"                        },
		{"to-http/good",    ERR_NET,    "rotocol"                        },
		{"silent",          ERR_NET,    "too slow"                       },
		{"drip",            ERR_NET,    "too slow"                       },
	};

	(void)state;
	http_policy.tries = 2;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempt *a;

		attempt_begin((void **)&a);
		add_address(a, https(cases[i].mode));
		assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
		if (a->e.kind != cases[i].kind || !strstr(a->e.msg, cases[i].says))
			fail_msg("%s: kind %d: %s", cases[i].mode, (int)a->e.kind, a->e.msg);
		assert_non_null(strstr(a->e.msg, "payload thing: https://127.0.0.1:"));
		assert_true(a->e.hint[0]);
		assert_false(is_kept(a));
		attempt_end((void **)&a);
	}
	http_policy.tries = 3;
}

static void waits_no_longer_than_its_own_limit_when_told_to_come_back_tomorrow(void **state)
{
	struct attempt *a = *state;
	time_t before = time(NULL);

	add_address(a, https("429-long"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_true(time(NULL) - before < 10);
}

static void resumes_in_the_next_run_what_the_last_one_left(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("short-once"));
	http_policy.tries = 1;
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	http_policy.tries = 3;
	assert_true(is_kept(a));
	assert_int_equal(requests(" bytes=150000- 206"), 1);
}

static void starts_again_when_there_is_no_strong_etag_to_hold_on_to(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("no-etag-short-once"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(requests(" - 200"), 2);
}

static void asks_nobody_for_what_the_store_has(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(requests("GET"), 1);
}

static void two_builds_fetch_a_payload_once(void **state)
{
	struct attempt *a = *state;
	pid_t pids[2];

	add_address(a, https("silent-once"));
	for (size_t i = 0; i < 2; i++)
		if ((pids[i] = fork()) == 0)
			_exit(payload_fetch(&a->fetch, &a->payload, false, &a->e) < 0);
	for (size_t i = 0; i < 2; i++) {
		int status = -1;

		waitpid(pids[i], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_true(is_kept(a));
	assert_int_equal(requests(" 200"), 1);
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

static void offline_asks_a_mirror_on_disk_and_nothing_else(void **state)
{
	struct attempt *a = *state;
	AUTO(str) char *mirror = mem_printf("http://127.0.0.1:%u/good", server.http);
	const char *const mirrors[] = {mirror};

	a->fetch.offline = true;
	a->fetch.mirrors = mirrors;
	a->fetch.nmirrors = 1;
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "--offline"));
	assert_int_equal(requests("GET"), 0);
}

static void trusts_only_the_authorities_it_is_given(void **state)
{
	struct attempt *a = *state;

	unsetenv("SSL_CERT_FILE");
	add_address(a, https("good"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	setenv("SSL_CERT_FILE", server.ca, 1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "certificate"));
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

static void refuses_a_body_without_an_end_when_its_size_is_not_known(void **state)
{
	struct attempt *a = *state;

	a->payload.sha256 = (struct digest){0};
	a->payload.size = 0;
	add_address(a, https("no-length-cut"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, true, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "how long"));
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

static void shows_no_secret_of_an_address(void **state)
{
	(void)state;
	assert_string_equal(http_shown("https://me:pw@host:1/a/b?sig=x#y"), "https://host:1/a/b");
	assert_string_equal(http_shown("https://host/a@b"), "https://host/a@b");
	assert_string_equal(http_shown("pypi:a==1"), "pypi:a==1");
	assert_string_equal(http_shown("https://host/\033[31m"), "https://host/?[31m");
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
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
	assert_int_equal(a->e.kind, ERR_NET);
	assert_non_null(strstr(a->e.msg, "No matching distribution"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, attempt_begin, attempt_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fetches_from_servers_that_recover),
		cmocka_unit_test(keeps_nothing_of_what_a_bad_server_sends),
		TEST(waits_no_longer_than_its_own_limit_when_told_to_come_back_tomorrow),
		TEST(resumes_in_the_next_run_what_the_last_one_left),
		TEST(starts_again_when_there_is_no_strong_etag_to_hold_on_to),
		TEST(asks_nobody_for_what_the_store_has),
		TEST(two_builds_fetch_a_payload_once),
		TEST(tries_one_address_after_the_other),
		TEST(names_every_address_and_its_reason_when_all_fail),
		TEST(asks_mirrors_first_and_the_next_one_when_one_has_other_bytes),
		TEST(offline_asks_a_mirror_on_disk_and_nothing_else),
		TEST(trusts_only_the_authorities_it_is_given),
		TEST(verifies_by_the_publishers_sha512_and_says_the_sha256),
		TEST(takes_a_file_nobody_vouches_for_only_when_locking),
		TEST(refuses_a_body_without_an_end_when_its_size_is_not_known),
		TEST(copies_a_local_file_relative_to_the_definitions),
		cmocka_unit_test(shows_no_secret_of_an_address),
		TEST(fetches_with_pip_and_runs_nothing_of_the_archive),
		TEST(says_what_pip_said_when_there_is_no_such_version),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
