// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/spec.h"

#define SHA "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define PLAIN "{\"name\": \"x/demo\", \"layers\": [{\"files\": \"rootfs\"}]}"

/* What spec_read reads from the room. */
struct reading {
	struct arena arena;
	struct vars vars;
	struct spec spec;
};

static void reading_done(struct reading *r)
{
	spec_done(&r->spec);
	arena_done(&r->arena);
}

static void put(const struct room *r, const char *path, const char *text)
{
	static const char *const files[] = {"r", "rootfs", "java"}; /* what `files` layers name */
	AUTO(str) char *folder = mem_printf("%s/images/%s", r->path, path);
	AUTO(fd) int fd = -1;
	char *slash = strrchr(folder, '/');
	struct err e;

	*slash = '\0';
	assert_ok(fs_mkdirs(folder, &e));
	assert_ok(fs_open_dir(AT_FDCWD, folder, false, &fd, &e));
	write_plainly(fd, slash + 1, text, strlen(text));
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		(void)mkdirat(fd, files[i], 0755); /* there already, from the last one put */
}

static int read_it(struct reading *x, const struct room *r, struct err *e)
{
	return spec_read(&x->spec, r->path, NULL, 0, &x->vars, &x->arena, e);
}

static void puts_the_layers_of_use_in_place(void **state)
{
	AUTO_DONE(reading) struct reading x = {0};
	const struct image_spec *image;
	struct err e;

	put(*state, "layers/base.json",
	    "{\"layers\": [{\"packages\": {\"suite\": \"s\", \"install\": [\"a\"]}}]}");
	put(*state, "layers/java.json",
	    "{\"layers\": [{\"use\": \"base\"},"
	    "{\"packages\": {\"suite\": \"s\", \"install\": [\"j\"]}}, {\"files\": \"java\"}]}");
	put(*state, "demo/image.json",
	    "{\"name\": \"x/demo\", \"layers\": [{\"use\": \"java\"}, {\"files\": \"rootfs\"},"
	    "{\"packages\": {\"suite\": \"s\", \"install\": [\"b\"]}},"
	    "{\"packages\": {\"suite\": \"s\", \"install\": [\"c\"]}}]}");
	assert_ok(read_it(&x, *state, &e));
	image = &x.spec.v[0];
	assert_int_equal(image->nlayers, 6);
	assert_string_equal(image->layers[0].set, "base");
	assert_string_equal(image->layers[1].set, "java");
	assert_non_null(strstr(image->layers[2].folder, "images/layers/java"));
	assert_non_null(strstr(image->layers[3].folder, "images/demo/rootfs"));
	assert_string_equal(image->layers[4].set, "x/demo");
	assert_string_equal(image->layers[5].set, "x/demo#2");
}

static void a_layer_says_it_otherwise_than_payloads_json(void **state)
{
	AUTO_DONE(reading) struct reading x = {0};
	const struct layer_spec *l;
	struct err e;

	put(*state, "payloads.json",
	    "{\"p-2\": {\"address\": \"file:p.tgz\", \"sha256\": \"" SHA "\", \"strip\": 1,"
	    "\"exclude\": [\"*.cmd\"], \"map\": {\"a\": \"b\"}}}");
	put(*state, "demo/image.json",
	    "{\"name\": \"x/demo\", \"layers\": ["
	    "{\"payload\": \"p-${V:-2}\", \"into\": \"/opt/p/\"},"
	    "{\"payload\": \"p-2\", \"strip\": 0, \"map\": {}, \"exclude\": []}]}");
	assert_ok(read_it(&x, *state, &e));
	l = x.spec.v[0].layers;
	assert_string_equal(l[0].into, "opt/p");
	assert_int_equal(l[0].placing.strip.n, 1);
	assert_string_equal(l[0].placing.map.v[0].value, "b");
	assert_string_equal(l[0].placing.exclude.v[0], "*.cmd");
	assert_int_equal(l[1].placing.strip.n, 0);
	assert_int_equal(l[1].placing.map.n + l[1].placing.exclude.n, 0);
	assert_string_equal(l[1].into, "");
	assert_ptr_equal(l[0].payload, l[1].payload);
}

static void fills_in_what_an_account_leaves_out(void **state)
{
	AUTO_DONE(reading) struct reading x = {0};
	const struct account *a;
	struct err e;

	put(*state, "demo/image.json",
	    "{\"name\": \"x/demo\", \"layers\": [{\"files\": \"r\"}], \"accounts\": ["
	    "{\"user\": \"spark\", \"uid\": 1000},"
	    "{\"user\": \"zk\", \"uid\": 7, \"gid\": 8, \"group\": \"g\", \"home\": \"/z\","
	    " \"shell\": \"/bin/sh\"}]}");
	assert_ok(read_it(&x, *state, &e));
	a = x.spec.v[0].accounts;
	assert_int_equal(a[0].gid, 1000);
	assert_string_equal(a[0].group, "spark");
	assert_string_equal(a[0].home, "/home/spark");
	assert_string_equal(a[0].shell, "/usr/sbin/nologin");
	assert_int_equal(a[1].gid, 8);
	assert_string_equal(a[1].home, "/z");
	assert_string_equal(x.spec.v[0].tags.v[0], "latest");
}

static void finds_an_image_by_folder_name_or_reference(void **state)
{
	static const char *const names[] = {"demo", "x/demo", "x/demo:latest"};
	struct room *r = *state;
	struct err e;

	put(r, "demo/image.json", PLAIN);
	put(r, "other/image.json", "{\"name\": \"x/other\", \"layers\": [{\"files\": \"r\"}]}");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO_DONE(reading) struct reading x = {0};
		char *const one[] = {(char *)(uintptr_t)names[i]};

		assert_ok(spec_read(&x.spec, r->path, one, 1, &x.vars, &x.arena, &e));
		assert_int_equal(x.spec.n, 1);
		assert_string_equal(x.spec.v[0].folder, "demo");
	}
	AUTO_DONE(reading) struct reading x = {0};
	char *const nope[] = {(char *)(uintptr_t) "nope"};

	assert_refused(spec_read(&x.spec, r->path, nope, 1, &x.vars, &x.arena, &e), ERR_USAGE,
	               "no image 'nope'");
	assert_string_equal(e.hint, "there are: demo, other");
}

static const struct {
	const char *json, *says;
} wrong[] = {
	{"{\"name\": 1, \"layers\": []}",					     "demo/image.json:1:10: should be a text"},
	{"{\"nam\": \"x\", \"layers\": [{\"files\": \"r\"}]}",                        "an image has no key 'nam'"             },
	{"{\"layers\": [{\"files\": \"r\"}]}",                                        "'name' is missing"                     },
	{"{\"name\": \"x\"}",							 "'layers' is missing"                   },
	{"{\"name\": \"x\", \"layers\": []}",                                         "needs at least one"                    },
	{"{\"name\": \"X\", \"layers\": [{\"files\": \"r\"}]}",                       "is not an image name"                  },
	{"{\"name\": \"x\", \"layers\": [{}]}",                                       "says not what it is"                   },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\", \"program\": \"p\"}]}",
         "is a files layer or a program layer, not both"								      },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\", \"strip\": 1}]}",
         "a files layer has no key 'strip'"										   },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"../r\"}]}",                    "no place in a path"                    },
	{"{\"name\": \"x\", \"layers\": [{\"payload\": \"p\"}]}",                     "no payload 'p' in"                     },
	{"{\"name\": \"x\", \"layers\": [{\"use\": \"nope\"}]}",                      "no shared layer 'nope'"                },
	{"{\"name\": \"x\", \"layers\": [{\"base\": \"debian\"}]}",
         "cannot be built upon in this version"									       },
	{"{\"name\": \"x\", \"layers\": [{\"program\": \"../x\"}]}",                  "not a program's name"                  },
	{"{\"name\": \"x\", \"layers\": [{\"packages\": {\"suite\": \"s\","
         " \"install\": []}}]}",                                             "'install' is empty"                    },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"tags\": [\"a b\"]}",
         "'a b' is not a tag"												 },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"${R}\"}]}",                    "variable R is not set"                 },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"config\":"
         " {\"healthcheck\": {\"test\": [\"CMD\"], \"interval\": \"30\"}}}", "'30' is not a duration"                },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"config\":"
         " {\"healthcheck\": {\"test\": [\"ls\"]}}}",                        "should begin with CMD"                 },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"config\": {\"ports\":"
         " [\"80800\"]}}",                                                   "is not a port"			 },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"config\": {\"workdir\":"
         " \"tmp\"}}",                                                       "is not absolute"                       },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"accounts\":"
         " [{\"user\": \"a:b\", \"uid\": 1}]}",                              "cannot stand in /etc/passwd"           },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"accounts\":"
         " [{\"user\": \"a\", \"uid\": 1}, {\"user\": \"b\", \"uid\": 1}]}", "already"			       },
	{"{\"name\": \"x\",\n \"layers\": [,]}",                                      "demo/image.json:2:"                    },
	{"{\"name\": \"x\", \"layers\": [{\"files\": \"r\"}], \"name\": \"y\"}",
         "already, on line 1"												 },
};

static void names_file_and_place_of_what_is_wrong(void **state)
{
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO_DONE(reading) struct reading x = {0};

		put(*state, "demo/image.json", wrong[i].json);
		assert_refused(read_it(&x, *state, &e), ERR_SPEC, wrong[i].says);
		assert_non_null(strstr(e.msg, "demo/image.json"));
	}
}

static void refuses_a_circle_and_a_set_used_twice(void **state)
{
	struct err e;

	put(*state, "layers/a.json", "{\"layers\": [{\"use\": \"b\"}]}");
	put(*state, "layers/b.json", "{\"layers\": [{\"use\": \"a\"}]}");
	put(*state, "layers/c.json",
	    "{\"layers\": [{\"packages\": {\"suite\": \"s\", \"install\": [\"p\"]}}]}");
	put(*state, "demo/image.json", "{\"name\": \"x\", \"layers\": [{\"use\": \"a\"}]}");
	AUTO_DONE(reading) struct reading x = {0};
	assert_refused(read_it(&x, *state, &e), ERR_SPEC, "goes round in a circle");
	put(*state, "demo/image.json",
	    "{\"name\": \"x\", \"layers\": [{\"use\": \"c\"}, {\"use\": \"c\"}]}");
	AUTO_DONE(reading) struct reading y = {0};
	assert_refused(read_it(&y, *state, &e), ERR_SPEC, "c is used twice");
}

static void reads_only_the_payloads_that_are_asked_for(void **state)
{
	AUTO_DONE(reading) struct reading x = {0};
	struct err e;

	put(*state, "payloads.json",
	    "{\"p\": {\"address\": \"file:p\"}, \"broken\": {\"address\": \"${UNSET}\"}}");
	put(*state, "demo/image.json", "{\"name\": \"x\", \"layers\": [{\"payload\": \"p\"}]}");
	assert_ok(read_it(&x, *state, &e));
	assert_int_equal(x.spec.payloads.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(puts_the_layers_of_use_in_place),
		in_a_room(a_layer_says_it_otherwise_than_payloads_json),
		in_a_room(fills_in_what_an_account_leaves_out),
		in_a_room(finds_an_image_by_folder_name_or_reference),
		in_a_room(names_file_and_place_of_what_is_wrong),
		in_a_room(refuses_a_circle_and_a_set_used_twice),
		in_a_room(reads_only_the_payloads_that_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
