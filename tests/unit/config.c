// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/config.h"

#define TEXTS(...)                                                                                 \
	{                                                                                          \
		(const char *[]){__VA_ARGS__, NULL},                                               \
			sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)                     \
	}
#define PAIRS(...)                                                                                 \
	{                                                                                          \
		(struct pair[]){__VA_ARGS__},                                                      \
			sizeof((struct pair[]){__VA_ARGS__}) / sizeof(struct pair)                 \
	}
#define DIFF_1 "sha256:0100000000000000000000000000000000000000000000000000000000000000"
#define DIFF_2 "sha256:0200000000000000000000000000000000000000000000000000000000000000"

static const struct platform amd64 = {"linux/amd64", "linux", "amd64", "amd64", "x86_64"};
static const struct image_layer layers[] = {
	{{{.diff_id = {{1}}}, 1000000000}, "packages debian"},
	{{{.diff_id = {{2}}}, 315619200},  "files rootfs"   },
};

static void is_these_bytes_for_an_image_with_everything(void **state)
{
	const struct healthcheck_spec health = {
		.test = TEXTS("CMD", "spark", "--health"),
		.interval = {true, 30000000000},
		.retries = {true, 3          },
	};
	const struct config_spec config = {
		.env = PAIRS({"B", "2"}, {"A", "1=1"}),
		.labels = PAIRS({"z", "last"}, {"org.opencontainers.image.title", "Spark"}),
		.entrypoint = TEXTS("spark"),
		.cmd = TEXTS("driver", "x"),
		.volumes = TEXTS("/data"),
		.ports = TEXTS("8080", "53/udp"),
		.user = "1000",
		.workdir = "/tmp",
		.stopsignal = "SIGTERM",
		.healthcheck = &health,
	};
	const struct image_spec image = {.name = "lilidata/spark", .config = &config};
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	config_text(&image, &amd64, layers, ARRAY_LEN(layers), &b);
	assert_string_equal(
		b.p, "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"driver\",\"x\"],"
		     "\"Entrypoint\":[\"spark\"],\"Env\":["
		     "\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\","
		     "\"B=2\",\"A=1=1\"],\"ExposedPorts\":{\"8080/tcp\":{},\"53/udp\":{}},"
		     "\"Healthcheck\":{\"Test\":[\"CMD\",\"spark\",\"--health\"],"
		     "\"Interval\":30000000000,\"Retries\":3},"
		     "\"Labels\":{\"org.opencontainers.image.created\":\"2001-09-09T01:46:40Z\","
		     "\"org.opencontainers.image.title\":\"Spark\",\"z\":\"last\"},"
		     "\"StopSignal\":\"SIGTERM\",\"User\":\"1000\",\"Volumes\":{\"/data\":{}},"
		     "\"WorkingDir\":\"/tmp\"},\"created\":\"2001-09-09T01:46:40Z\",\"history\":["
		     "{\"created\":\"2001-09-09T01:46:40Z\",\"created_by\":\"packages debian\"},"
		     "{\"created\":\"1980-01-02T00:00:00Z\",\"created_by\":\"files rootfs\"}],"
		     "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" DIFF_1
		     "\",\"" DIFF_2 "\"]}}");
}

static void leaves_out_what_the_definition_does_not_say(void **state)
{
	static const char *const absent[] = {"Cmd",         "Entrypoint", "ExposedPorts",
	                                     "Healthcheck", "StopSignal", "User",
	                                     "Volumes",     "WorkingDir"};
	static const struct config_spec nothing;
	const struct image_spec image = {.name = "demo", .config = &nothing};
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	config_text(&image, &amd64, layers + 1, 1, &b);
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		assert_null(strstr(b.p, absent[i]));
	assert_non_null(strstr(b.p, "\"org.opencontainers.image.title\":\"demo\""));
	assert_non_null(strstr(b.p, "\"created\":\"1980-01-02T00:00:00Z\""));
}

static void a_path_of_its_own_is_kept(void **state)
{
	const struct config_spec config = {.env = PAIRS({"PATH", "/opt/bin"})};
	const struct image_spec image = {.name = "demo", .config = &config};
	AUTO_DONE(buf) struct buf b = {0};

	(void)state;
	config_text(&image, &amd64, layers, 1, &b);
	assert_non_null(strstr(b.p, "\"Env\":[\"PATH=/opt/bin\"]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_these_bytes_for_an_image_with_everything),
		cmocka_unit_test(leaves_out_what_the_definition_does_not_say),
		cmocka_unit_test(a_path_of_its_own_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
