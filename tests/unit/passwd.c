// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/passwd.h"

#define PASSWD "root:*:0:0:root:/root:/bin/bash\nmail:*:8:8:mail:/var/mail:/usr/sbin/nologin\n"
#define GROUP "root:*:0:\nmail:*:8:\nstaff:*:50:\n"

static int write_both(const struct account *v, size_t n, struct buf *passwd, struct buf *group,
                      struct err *e)
{
	passwd->len = group->len = 0;
	return passwd_write(PASSWD, GROUP, v, n, passwd, group, e);
}

static void puts_the_accounts_behind_the_distributions_own(void **state)
{
	const struct account v[] = {
		{.user = "spark",      .uid = 1000, .gid = 1000},
		{.user = "kafka",
	         .uid = 1001,
	         .gid = 2000,
	         .group = "data",
	         .home = "/srv/kafka",
	         .shell = "/bin/false"},
		{.user = "ops", .uid = 1002,             .gid = 50                       },
	};
	AUTO_DONE(buf) struct buf passwd = {0}, group = {0};
	struct err e;

	(void)state;
	assert_ok(write_both(v, ARRAY_LEN(v), &passwd, &group, &e));
	assert_string_equal(passwd.p, PASSWD "spark:*:1000:1000::/home/spark:/bin/sh\n"
	                                     "kafka:*:1001:2000::/srv/kafka:/bin/false\n"
	                                     "ops:*:1002:50::/home/ops:/bin/sh\n");
	assert_string_equal(group.p, GROUP "spark:*:1000:\ndata:*:2000:\n");
}

static void knows_root_and_nobody_without_base_passwd(void **state)
{
	AUTO_DONE(buf) struct buf passwd = {0}, group = {0};
	struct err e;

	(void)state;
	assert_ok(passwd_write(NULL, NULL, NULL, 0, &passwd, &group, &e));
	assert_non_null(strstr(passwd.p, "root:*:0:0:"));
	assert_non_null(strstr(passwd.p, "nobody:*:65534:65534:"));
	assert_non_null(strstr(group.p, "nogroup:*:65534:"));
}

static void adds_no_second_line_for_an_account_that_is_there(void **state)
{
	const struct account v = {.user = "mail", .uid = 8, .gid = 8};
	AUTO_DONE(buf) struct buf passwd = {0}, group = {0};
	struct err e;

	(void)state;
	assert_ok(write_both(&v, 1, &passwd, &group, &e));
	assert_string_equal(passwd.p, PASSWD);
	assert_string_equal(group.p, GROUP);
}

static void refuses_what_is_taken_or_would_break_a_line(void **state)
{
	static const struct {
		struct account x;
		const char *says;
	} bad[] = {
		{{.user = "spark", .uid = 8, .gid = 8},                          "uid 8 is the user mail already"},
		{{.user = "mail", .uid = 9, .gid = 8},                           "another uid"                   },
		{{.user = "x", .uid = 9, .gid = 50, .group = "x"},               "gid 50 is the group staff"     },
		{{.user = "x", .uid = 9, .gid = 9, .group = "mail"},
	         "group mail is there with another"							      },
		{{.user = "x:y", .uid = 9, .gid = 9},                            "no name for a user"            },
		{{.user = "", .uid = 9, .gid = 9},                               "no name for a user"            },
		{{.user = "Spark", .uid = 9, .gid = 9},                          "no name for a user"            },
		{{.user = "x", .uid = 9, .gid = 9, .home = "/a:b"},              "absolute paths"                },
		{{.user = "x", .uid = 9, .gid = 9, .shell = "sh"},               "absolute paths"                },
		{{.user = "x", .uid = 9, .gid = 9, .home = "/a\nroot::0:0::/:"}, "absolute paths"                },
	};
	AUTO_DONE(buf) struct buf passwd = {0}, group = {0};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_refused(write_both(&bad[i].x, 1, &passwd, &group, &e), ERR_SPEC,
		               bad[i].says);
		assert_int_equal(passwd.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_the_accounts_behind_the_distributions_own),
		cmocka_unit_test(knows_root_and_nobody_without_base_passwd),
		cmocka_unit_test(adds_no_second_line_for_an_account_that_is_there),
		cmocka_unit_test(refuses_what_is_taken_or_would_break_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
