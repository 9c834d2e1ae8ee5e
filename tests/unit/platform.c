// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <sys/utsname.h>

#include "image/platform.h"

static void knows_what_others_call_it(void **state)
{
	const struct platform *p = NULL;
	struct err e;

	(void)state;
	assert_ok(platform_find("linux/arm64", &p, &e));
	assert_string_equal(p->os, "linux");
	assert_string_equal(p->arch, "arm64");
	assert_string_equal(p->debian, "arm64");
	assert_string_equal(p->machine, "aarch64");
}

static void refuses_what_nobody_tried(void **state)
{
	static const char *const bad[] = {"", "linux", "amd64", "linux/amd64/v2", "windows/amd64"};
	const struct platform *p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(platform_find(bad[i], &p, &e), ERR_USAGE, "--platform");
}

static void is_the_hosts_for_one_machine_only(void **state)
{
	static const char *const all[] = {"linux/amd64", "linux/arm64"};
	struct utsname u;
	struct err e;

	(void)state;
	assert_int_equal(uname(&u), 0);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct platform *p = NULL;

		assert_ok(platform_find(all[i], &p, &e));
		assert_int_equal(platform_is_host(p), !strcmp(p->machine, u.machine));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_others_call_it),
		cmocka_unit_test(refuses_what_nobody_tried),
		cmocka_unit_test(is_the_hosts_for_one_machine_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
