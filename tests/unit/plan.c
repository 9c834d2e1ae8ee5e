// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/plan.h"

/* An image of every kind of layer, and what decides its steps. */
struct scene {
	struct packages_spec debian, java;
	struct payload_spec payload;
	struct lock_payload locked_payload;
	struct package packages[2];
	struct lock_set debian_set, java_set;
	struct account account;
	struct layer_spec layers[5];
	struct locked_layer locked[5];
	struct observation seen[5];
	struct platform platform;
	struct image_spec image;
	const char *profile;
};

static void scene_make(struct scene *s)
{
	*s = (struct scene){.profile = "gz-1"};
	s->debian.suite = s->java.suite = "bookworm";
	s->payload.name = "spark";
	s->locked_payload = (struct lock_payload){.name = "spark", .address = "pypi:a==1"};
	s->account = (struct account){"spark", 1000, 1000, "spark", "/home/spark", "/bin/sh"};
	s->platform = (struct platform){"linux/amd64", "linux", "amd64", "amd64", "x86_64"};
	s->packages[0] = (struct package){.name = "bash", .sha256 = {{1}}};
	s->packages[1] = (struct package){.name = "java", .sha256 = {{2}}};
	s->debian_set = (struct lock_set){
		.name = "debian", .set = {&s->packages[0], 1}
        };
	s->java_set = (struct lock_set){
		.name = "java", .set = {&s->packages[1], 1}
        };
	s->layers[0] = (struct layer_spec){
		.kind = LAYER_PACKAGES, .set = "debian", .packages = &s->debian};
	s->layers[1] =
		(struct layer_spec){.kind = LAYER_PACKAGES, .set = "java", .packages = &s->java};
	s->layers[2] = (struct layer_spec){
		.kind = LAYER_PAYLOAD, .payload = &s->payload, .into = "opt/spark"};
	s->layers[3] = (struct layer_spec){
		.kind = LAYER_FILES, .folder = "f", .source = "rootfs", .into = ""};
	s->layers[4] = (struct layer_spec){.kind = LAYER_PROGRAM, .program = "spark"};
	s->locked[0].set = &s->debian_set;
	s->locked[1].set = &s->java_set;
	s->locked[2].payload = &s->locked_payload;
	s->seen[3].digest = (struct digest){{4}};
	s->seen[4].digest = (struct digest){{5}};
	s->image = (struct image_spec){.name = "x",
	                               .layers = s->layers,
	                               .nlayers = ARRAY_LEN(s->layers),
	                               .accounts = &s->account,
	                               .naccounts = 1};
}

static struct image_plan plan(const struct scene *s, struct arena *a)
{
	size_t first = (size_t)(s->image.layers - s->layers);
	const struct plan_inputs in = {&s->image, &s->platform, s->locked + first, s->seen + first,
	                               s->profile};
	struct image_plan p;

	plan_image(&in, a, &p);
	return p;
}

static void puts_the_system_layer_right_above_the_packages(void **state)
{
	static const enum layer_kind want[] = {LAYER_PACKAGES, LAYER_PACKAGES, LAYER_SYSTEM,
	                                       LAYER_PAYLOAD,  LAYER_FILES,    LAYER_PROGRAM};
	AUTO_DONE(arena) struct arena a = {0};
	struct image_plan p;
	struct scene s;

	(void)state;
	scene_make(&s);
	p = plan(&s, &a);
	assert_int_equal(p.n, ARRAY_LEN(want));
	for (size_t i = 0; i < p.n; i++)
		assert_int_equal(p.v[i].kind, want[i]);
	assert_true(p.v[0].lowest);
	assert_false(p.v[1].lowest);
	assert_int_equal(p.v[2].nsets, 2);
}

static void makes_no_system_layer_without_packages_or_accounts(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct image_plan p;
	struct scene s;

	(void)state;
	scene_make(&s);
	s.image.layers += 2;
	s.image.nlayers -= 2;
	p = plan(&s, &a);
	assert_int_equal(p.v[0].kind, LAYER_SYSTEM);
	s.image.naccounts = 0;
	p = plan(&s, &a);
	assert_int_equal(p.n, 3);
	assert_int_equal(p.v[0].kind, LAYER_PAYLOAD);
}

/* Which of the six keys differ: one bit a step. */
static unsigned differ(const struct image_plan *x, const struct image_plan *y)
{
	unsigned bits = 0;

	for (size_t i = 0; i < x->n; i++)
		bits |= (unsigned)!digest_eq(&x->v[i].key, &y->v[i].key) << i;
	return bits;
}

enum { DEBIAN = 1, JAVA = 2, SYSTEM = 4, PAYLOAD = 8, FILES = 16, PROGRAM = 32, ALL = 63 };

static void change_nothing(struct scene *s)
{
	s->locked_payload.address = "https://elsewhere";
	s->payload.name = "other name";
	s->layers[3].source = "other";
	s->image.name = "y";
}
static void change_package(struct scene *s)
{
	s->packages[0].sha256.bytes[0]++;
}
static void change_upper_package(struct scene *s)
{
	s->packages[1].name = "java-21";
}
static void change_account(struct scene *s)
{
	s->account.uid++;
}
static void change_payload(struct scene *s)
{
	s->locked_payload.sha256.bytes[0]++;
}
static void change_into(struct scene *s)
{
	s->layers[2].into = "opt/other";
}
static void change_strip(struct scene *s)
{
	s->layers[2].placing.strip.n++;
}
static void change_map(struct scene *s)
{
	static struct pair one = {"a", "b"};

	s->layers[2].placing.map = (struct pairs){&one, 1};
}
static void change_exclude(struct scene *s)
{
	static const char *one[] = {"a", NULL};

	s->layers[2].placing.exclude = (struct texts){one, 1};
}
static void change_files(struct scene *s)
{
	s->seen[3].digest.bytes[0]++;
}
static void change_program(struct scene *s)
{
	s->seen[4].digest.bytes[0]++;
}
static void change_alias(struct scene *s)
{
	static const char *one[] = {"a", NULL};

	s->layers[4].aliases = (struct texts){one, 1};
}
static void change_profile(struct scene *s)
{
	s->profile = "gz-2";
}
static void change_platform(struct scene *s)
{
	s->platform.name = "linux/arm64";
}

static void makes_again_what_an_input_decides_and_nothing_else(void **state)
{
	static const struct {
		void (*change)(struct scene *s);
		unsigned want;
	} changes[] = {
		{change_nothing,       0              },
		{change_package,       DEBIAN | SYSTEM},
		{change_upper_package, JAVA | SYSTEM  },
		{change_account,       SYSTEM         },
		{change_payload,       PAYLOAD        },
		{change_into,          PAYLOAD        },
		{change_strip,         PAYLOAD        },
		{change_map,           PAYLOAD        },
		{change_exclude,       PAYLOAD        },
		{change_files,         FILES          },
		{change_program,       PROGRAM        },
		{change_alias,         PROGRAM        },
		{change_profile,       ALL            },
		{change_platform,      ALL            },
	};
	AUTO_DONE(arena) struct arena a = {0};
	struct image_plan before, after;
	struct scene s;

	(void)state;
	scene_make(&s);
	before = plan(&s, &a);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		scene_make(&s);
		changes[i].change(&s);
		after = plan(&s, &a);
		assert_int_equal(differ(&before, &after), changes[i].want);
	}
}

/* The loader's cache and the accounts come from all that lies below, not from packages alone. */
static void makes_the_system_layer_again_for_any_layer_below_it(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct image_plan before, after;
	struct layer_spec java;
	struct scene s;

	(void)state;
	scene_make(&s);
	java = s.layers[1];
	s.layers[1] = s.layers[2];
	s.layers[2] = java;
	s.locked[2] = s.locked[1];
	s.locked[1] = (struct locked_layer){&s.locked_payload, NULL};
	before = plan(&s, &a);
	assert_int_equal(before.v[3].kind, LAYER_SYSTEM);
	s.locked_payload.sha256.bytes[0]++;
	after = plan(&s, &a);
	assert_int_equal(differ(&before, &after), 2 | 8);
}

static void a_layer_has_the_same_key_in_every_image(void **state)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct image_plan x, y;
	struct scene s;

	(void)state;
	scene_make(&s);
	x = plan(&s, &a);
	s.image.nlayers = 2;
	y = plan(&s, &a);
	assert_int_equal(y.n, 3);
	assert_int_equal(differ(&y, &x), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_the_system_layer_right_above_the_packages),
		cmocka_unit_test(makes_no_system_layer_without_packages_or_accounts),
		cmocka_unit_test(makes_again_what_an_input_decides_and_nothing_else),
		cmocka_unit_test(makes_the_system_layer_again_for_any_layer_below_it),
		cmocka_unit_test(a_layer_has_the_same_key_in_every_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
