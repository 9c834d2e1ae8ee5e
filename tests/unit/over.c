// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/kinds.h"

static void put(struct paths *p, enum entry_type type, const char *name, uint32_t mode,
                uint32_t uid)
{
	const struct entry x = {.type = type,
	                        .name = name,
	                        .link = type == ENTRY_SYMLINK ? "usr/lib" : NULL,
	                        .mode = mode,
	                        .uid = uid};

	paths_add(p, &x, NULL);
}

/* Two layers: the upper one has /tmp, the lower one is a merged root. */
static void make_below(struct paths low[2])
{
	put(&low[0], ENTRY_SYMLINK, "lib", 0777, 0);
	put(&low[0], ENTRY_DIR, "tmp", 0755, 0);
	put(&low[0], ENTRY_DIR, "usr", 0755, 0);
	put(&low[0], ENTRY_FILE, "usr/x", 0644, 0);
	put(&low[1], ENTRY_DIR, "tmp", 01777, 0);
	paths_sort(&low[0]);
	paths_sort(&low[1]);
}

static void tells_a_layer_that_contradicts_from_one_that_adds(void **state)
{
	static const struct {
		enum entry_type type;
		const char *name;
		uint32_t mode, uid;
		const char *says; /* NULL: fine */
	} rows[] = {
		{ENTRY_FILE,     "usr/x",   0755,  5, NULL                                 },
		{ENTRY_HARDLINK, "usr/x",   0755,  5, NULL                                 },
		{ENTRY_FILE,     "usr/new", 0644,  0, NULL                                 },
		{ENTRY_DIR,      "usr",     0755,  0, NULL                                 },
		{ENTRY_DIR,      "tmp",     01777, 0, NULL                                 },
		{ENTRY_SYMLINK,  "lib",     0777,  0, NULL                                 },
		{ENTRY_DIR,      "lib",     0755,  0, "\"lib\" is a folder, and a symlink" },
		{ENTRY_FILE,     "lib/x",   0644,  0, "\"lib/x\" is below \"lib\""         },
		{ENTRY_FILE,     "usr/x/y", 0644,  0, "is below \"usr/x\", which is a file"},
		{ENTRY_DIR,      "tmp",     0755,  0, "\"tmp\" is 0755 0:0, and 1777 0:0"  },
		{ENTRY_DIR,      "usr",     0755,  1, "0755 1:0, and 0755 0:0"             },
		{ENTRY_SYMLINK,  "usr/x",   0777,  0, "a symlink, and a file"              },
		{ENTRY_FILE,     "usr",     0644,  0, "a file, and a folder"               },
	};
	struct paths low[2] = {{0}, {0}};
	const struct paths *const below[] = {&low[0], &low[1]};

	(void)state;
	make_below(low);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_DONE(paths) struct paths top = {0};
		struct err e;

		put(&top, rows[i].type, rows[i].name, rows[i].mode, rows[i].uid);
		if (rows[i].says)
			assert_refused(layer_check_over(below, 2, &top, "layer 3", &e), ERR_VERIFY,
			               rows[i].says);
		else
			assert_ok(layer_check_over(below, 2, &top, "layer 3", &e));
	}
	paths_done(&low[0]);
	paths_done(&low[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_layer_that_contradicts_from_one_that_adds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
