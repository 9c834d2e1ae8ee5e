// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "layer/usrmerge.h"

static void moves_names_and_the_targets_that_would_miss(void **state)
{
	static const struct {
		enum entry_type type;
		const char *name, *link;
		const char *new_name, *new_link;
	} rows[] = {
		{ENTRY_FILE,     "bin/sh",    NULL,             "usr/bin/sh",    NULL               },
		{ENTRY_DIR,      "lib64",     NULL,             "usr/lib64",     NULL               },
		{ENTRY_FILE,     "library/x", NULL,             "library/x",     NULL               },
		{ENTRY_FILE,     "opt/bin/x", NULL,             "opt/bin/x",     NULL               },
		{ENTRY_HARDLINK, "usr/bin/x", "bin/y",          "usr/bin/x",     "usr/bin/y"        },
		{ENTRY_SYMLINK,  "usr/lib/x", "../../lib/y",    "usr/lib/x",     "../../lib/y"      },
		{ENTRY_SYMLINK,  "sbin/x",    "../bin/y",       "usr/sbin/x",    "../../bin/y"      },
		{ENTRY_SYMLINK,  "lib/a/b/x", "../../c",        "usr/lib/a/b/x", "../../c"          },
		{ENTRY_SYMLINK,  "lib/a/b/x", "../../../etc/c", "usr/lib/a/b/x",
	         "../../../../etc/c"								},
		{ENTRY_SYMLINK,  "lib/a/x",   "./b/../../../e", "usr/lib/a/x",   ".././b/../../../e"},
		{ENTRY_SYMLINK,  "lib/x",     "/lib/y",         "usr/lib/x",     "/lib/y"           },
	};
	AUTO_DONE(buf) struct buf name = {0}, link = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry x = {.type = rows[i].type, .name = rows[i].name, .link = rows[i].link};

		assert_true(usrmerge_entry(&x, &name, &link));
		assert_string_equal(x.name, rows[i].new_name);
		if (rows[i].new_link)
			assert_string_equal(x.link, rows[i].new_link);
	}
}

static void leaves_the_links_themselves_to_the_lowest_layer(void **state)
{
	struct entry x = {.type = ENTRY_SYMLINK, .name = "bin", .link = "usr/bin"};
	AUTO_DONE(buf) struct buf name = {0}, link = {0};

	(void)state;
	assert_false(usrmerge_entry(&x, &name, &link));
	x.name = "usr/bin";
	assert_true(usrmerge_entry(&x, &name, &link));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_names_and_the_targets_that_would_miss),
		cmocka_unit_test(leaves_the_links_themselves_to_the_lowest_layer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
