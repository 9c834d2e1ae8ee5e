// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/units.h"

static void durations_are_sums_of_numbers_with_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{"30s",    30000000000  },
                {"1m30s",  90000000000  },
                {"500ms",  500000000    },
		{"2h",     7200000000000},
                {"1us1ns", 1001         },
                {"0s",     0            },
	};
	static const char *const bad[] = {"",   "30",   "s",    "30 s",        "-1s",
	                                  "1d", "1.5s", "30sx", "99999999999h"};
	struct number n;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_ok(units_duration(good[i].text, &n, &e));
		assert_true(n.set);
		assert_int_equal(n.n, good[i].ns);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_duration(bad[i], &n, &e), ERR_SPEC, "is not a duration");
}

static void modes_are_three_octal_digits(void **state)
{
	static const char *const bad[] = {"", "7", "0788", "1777", "755x", "00755", "rwx"};
	struct number n;
	struct err e;

	(void)state;
	assert_ok(units_mode("0755", &n, &e));
	assert_int_equal(n.n, 0755);
	assert_ok(units_mode("640", &n, &e));
	assert_int_equal(n.n, 0640);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_mode(bad[i], &n, &e), ERR_SPEC, "is not a mode");
}

static void signals_have_names_or_numbers(void **state)
{
	static const char *const good[] = {"SIGTERM", "TERM",     "15",      "SIGKILL",
	                                   "RTMIN+3", "SIGRTMIN", "RTMAX-2", "64",
	                                   "1",       "SIGUSR1",  "WINCH"};
	static const char *const bad[] = {"",       "SIG",  "term",     "TERM ",    "0",
	                                  "015",    "65",   "-9",       "STOPP",    "RTMIN-1",
	                                  "RTMIN+", "+3",   "RTMIN+16", "RTMAX-15", "SIGSIGTERM",
	                                  "15x",    "SIG15"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_ok(units_signal(good[i], &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_signal(bad[i], &e), ERR_SPEC, "is not a signal");
}

static void users_are_names_or_ids_with_or_without_a_group(void **state)
{
	static const char *const good[] = {"root",      "0",       "spark:users",
	                                   "1000:1000", "a.b-c_d", "1000:x"};
	static const char *const bad[] = {"",           "spark ",        " ",     "a b", ":",
	                                  "spark:",     ":users",        "a:b:c", "-x",  "a\n",
	                                  "2147483648", "99999999999:1", "a/b"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_ok(units_user(good[i], &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_user(bad[i], &e), ERR_SPEC, "is not a user");
}

static void paths_stay_inside_and_lose_the_slashes_around_them(void **state)
{
	static const char *const good[][2] = {
		{"/opt/x/", "opt/x"  },
                {"opt",     "opt"    },
                {"/",       ""       },
                {"",        ""       },
                {"a/..b/c", "a/..b/c"},
	};
	static const char *const bad[] = {"..", "a/../b", "./a", "a/.", "a//b", "/.."};
	AUTO_DONE(arena) struct arena a = {0};
	const char *got;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_ok(units_path(good[i][0], &a, &got, &e));
		assert_string_equal(got, good[i][1]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_path(bad[i], &a, &got, &e), ERR_SPEC, "no place in a path");
}

static void a_sha512_is_128_lower_case_hex_digits(void **state)
{
	static const char sixteen[] = "00112233445566778899aabbccddeeff";
	char text[130] = "";
	struct sha512 s = {0};
	struct err e;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		strcat(text, sixteen);
	assert_ok(units_sha512(text, &s, &e));
	assert_true(s.set);
	assert_int_equal(s.bytes[0], 0);
	assert_int_equal(s.bytes[33], 0x11);
	assert_int_equal(s.bytes[63], 0xff);
	text[127] = 'F';
	assert_refused(units_sha512(text, &s, &e), ERR_SPEC, "not lower-case hex");
	text[127] = '\0';
	assert_refused(units_sha512(text, &s, &e), ERR_SPEC, "is not 128 hex digits");
}

static void names_and_tags_are_spelled_as_registries_want_them(void **state)
{
	static const char *const good[] = {"spark", "lilidata/spark", "a.b/c_d/e-f", "a__b",
	                                   "a---b"};
	static const char *const bad[] = {"",     "Spark", "/spark", "spark/", "a//b",
	                                  "a..b", "-a",    "a_",     "a:b",    "a___b"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_ok(units_image_name(good[i], &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(units_image_name(bad[i], &e), ERR_SPEC, "is not an image name");
	assert_ok(units_tag("3.5.9-Beta_1", &e));
	assert_refused(units_tag(".hidden", &e), ERR_SPEC, "is not a tag");
	assert_refused(units_tag("", &e), ERR_SPEC, "is not a tag");
	assert_refused(units_tag("a/b", &e), ERR_SPEC, "is not a tag");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_sums_of_numbers_with_units),
		cmocka_unit_test(modes_are_three_octal_digits),
		cmocka_unit_test(signals_have_names_or_numbers),
		cmocka_unit_test(users_are_names_or_ids_with_or_without_a_group),
		cmocka_unit_test(paths_stay_inside_and_lose_the_slashes_around_them),
		cmocka_unit_test(a_sha512_is_128_lower_case_hex_digits),
		cmocka_unit_test(names_and_tags_are_spelled_as_registries_want_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
