// SPDX-License-Identifier: Apache-2.0
#include <sys/xattr.h>
#include <time.h>

#include "server.h"

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
		{"endless-headers", ERR_NET,    "headers do not end"             },
		{"loop",            ERR_NET,    "redirects"                      },
		{"to-file/good",    ERR_NET,    "rotocol"                        },
		{"to-http/good",    ERR_NET,    "rotocol"                        },
		{"silent",          ERR_NET,    "too slow"                       },
		{"drip",            ERR_NET,    "too slow"                       },
	};

	(void)state;
	http_policy.tries = 1;
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

/* How many bytes of notes (names of attributes) the finished file still has. */
static ssize_t notes(const struct attempt *a)
{
	AUTO(fd) int fd = -1;
	struct err e;

	assert_int_equal(store_open_file(a->store.payloads, &server.sum, &fd, &e), 0);
	return flistxattr(fd, NULL, 0);
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
	assert_int_equal(notes(a), 0);
}

static void starts_again_when_there_is_no_strong_etag_to_hold_on_to(void **state)
{
	struct attempt *a = *state;

	add_address(a, https("no-etag-short-once"));
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
	assert_int_equal(requests(" - 200"), 2);
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

static void trusts_only_the_authorities_it_is_given(void **state)
{
	static const char *const others[] = {"", "/dev/null"};
	struct attempt *a = *state;

	add_address(a, https("good"));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		setenv("SSL_CERT_FILE", others[i], 1);
		assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), -1);
		assert_says(&a->e, ERR_NET, "certificate");
	}
	setenv("SSL_CERT_FILE", server.ca, 1);
	assert_int_equal(payload_fetch(&a->fetch, &a->payload, false, &a->e), 0);
}

/* Nothing is pinned here, so that no digest makes good what resuming got wrong. */
static void continues_nothing_that_may_be_another_file(void **state)
{
	static const char *const modes[] = {"bad-range", "etag-changes", "other-etag-range"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct attempt *a;

		attempt_begin((void **)&a);
		a->payload.sha256 = (struct digest){0};
		a->payload.size = 0;
		add_address(a, https(modes[i]));
		if (payload_fetch(&a->fetch, &a->payload, true, &a->e) < 0)
			fail_msg("%s: %s", modes[i], a->e.msg);
		assert_true(is_kept(a));
		attempt_end((void **)&a);
	}
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

static void shows_no_secret_of_an_address(void **state)
{
	(void)state;
	assert_string_equal(http_shown("https://me:pw@host:1/a/b?sig=x#y"), "https://host:1/a/b");
	assert_string_equal(http_shown("https://host/a@b"), "https://host/a@b");
	assert_string_equal(http_shown("pypi:a==1"), "pypi:a==1");
	assert_string_equal(http_shown("https://host/\033[31m"), "https://host/?[31m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fetches_from_servers_that_recover),
		cmocka_unit_test(keeps_nothing_of_what_a_bad_server_sends),
		TEST(waits_no_longer_than_its_own_limit_when_told_to_come_back_tomorrow),
		TEST(resumes_in_the_next_run_what_the_last_one_left),
		TEST(starts_again_when_there_is_no_strong_etag_to_hold_on_to),
		TEST(two_builds_fetch_a_payload_once),
		TEST(trusts_only_the_authorities_it_is_given),
		TEST(refuses_a_body_without_an_end_when_its_size_is_not_known),
		cmocka_unit_test(continues_nothing_that_may_be_another_file),
		cmocka_unit_test(shows_no_secret_of_an_address),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
