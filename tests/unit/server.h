// SPDX-License-Identifier: Apache-2.0
/* server: tests/serve beside a unit test, and for each test a store, a payload and counters of its
 * own. */
#pragma once

#include "base/log.h"
#include "net/http.h"
#include "source/payload.h"
#include "unit.h"

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, attempt_begin, attempt_end)
