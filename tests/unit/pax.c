// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "source/pax.h"

/* Parses a copy of the text, which *ret_bytes keeps. */
static int parse(const char *text, size_t n, bool global, struct pax *ret, char **ret_bytes,
                 struct err *e)
{
	*ret_bytes = mem_alloc(n + 1, 1);
	memcpy(*ret_bytes, text, n);
	*e = (struct err){0};
	return pax_parse(*ret_bytes, n, global, ret, e);
}

/* One record with its right length. */
static const char *record(const char *text)
{
	static char out[300];
	size_t n = strlen(text) + 3;

	n += n + 1 > 99 ? 2 : n > 9 ? 1 : 0;
	snprintf(out, sizeof out, "%zu %s\n", n, text);
	assert_int_equal(strlen(out), n);
	return out;
}

static void fills_in_what_the_records_say(void **state)
{
	static const char text[] =
		"12 path=a/b\n15 linkpath=\xc3\xa9\n"
		"19 size=8589934592\n15 uid=2097152\n10 gid=77\n27 mtime=1700000000.123456\n";
	AUTO(str) char *bytes = NULL;
	struct pax p;
	struct err e;

	(void)state;
	assert_ok(parse(text, sizeof text - 1, false, &p, &bytes, &e));
	assert_string_equal(p.path, "a/b");
	assert_string_equal(p.link, "\xc3\xa9");
	assert_true(p.has_size && p.has_uid && p.has_gid && p.has_mtime);
	assert_int_equal(p.size, 8589934592);
	assert_int_equal(p.uid, 2097152);
	assert_int_equal(p.gid, 77);
	assert_int_equal(p.mtime, 1700000000);
}

static void what_is_not_said_is_not_there(void **state)
{
	AUTO(str) char *bytes = NULL;
	struct pax p = {.path = "old", .has_uid = true};
	struct err e;

	(void)state;
	assert_ok(parse("", 0, false, &p, &bytes, &e));
	assert_true(!p.path && !p.link && !p.has_size && !p.has_uid && !p.has_gid && !p.has_mtime);
}

static void lets_through_what_means_nothing_to_a_layer(void **state)
{
	static const char *const good[] = {
		"atime=1.5",
		"ctime=1",
		"uname=me",
		"gname=us",
		"comment=any = thing",
		"SCHILY.dev=1",
		"SCHILY.xattr.user.mime=text",
		"SCHILY.acl.access=u::rw",
		"LIBARCHIVE.creationtime=1",
		"RHT.security.selinux=x",
		"mtime=-5",
		"mtime=1.",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(str) char *bytes = NULL;
		const char *text = record(good[i]);
		struct pax p;
		struct err e;

		assert_ok(parse(text, strlen(text), false, &p, &bytes, &e));
	}
}

static void refuses_records_a_layer_cannot_have(void **state)
{
	static const struct {
		const char *record, *words;
	} rows[] = {
		{"path=",				 "pax header's path is empty"                      },
		{"linkpath=",                             "pax header's linkpath is empty"                  },
		{"size=",				 "size is not a number"                            },
		{"size=-1",			       "size is not a number"                            },
		{"size=1.5",			      "size is not a number"                            },
		{"size= 1",			       "size is not a number"                            },
		{"size=+1",			       "size is not a number"                            },
		{"size=0x10",                             "size is not a number"                            },
		{"size=9223372036854775808",              "size is not a number"                            },
		{"uid=-1",				"uid is not a number"                             },
		{"gid=1 ",				"gid is not a number"                             },
		{"mtime=1e9",                             "mtime is not a number"                           },
		{"mtime=1.5.5",                           "mtime is not a number"                           },
		{"mtime=-",			       "mtime is not a number"                           },
		{"GNU.sparse.major=1",                    "says GNU.sparse.major, which a layer cannot hold"},
		{"SCHILY.xattr.security.capability=x",    "a layer cannot hold"                             },
		{"SCHILY.xattr.trusted.overlay.opaque=y", "a layer cannot hold"                             },
		{"SCHILY.xattr.user.overlay.opaque=y",    "a layer cannot hold"                             },
		{"hdrcharset=BINARY",                     "a layer cannot hold"                             },
		{"Path=x",				"a layer cannot hold"                             },
		{"=x",				    "a record without a keyword"                      },
		{"path",				  "a record without a keyword"                      },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(str) char *bytes = NULL;
		const char *text = record(rows[i].record);
		struct pax p;
		struct err e;

		assert_int_equal(parse(text, strlen(text), false, &p, &bytes, &e), -1);
		assert_says(&e, ERR_VERIFY, rows[i].words);
	}
}

static void refuses_a_record_that_comes_twice(void **state)
{
	static const char *const bad[] = {
		"path=a", "linkpath=a", "size=1", "uid=1", "gid=1", "mtime=1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(str) char *bytes = NULL;
		AUTO(str)
		char *twice = mem_printf("%s9 gname=\n%s", record(bad[i]), record(bad[i]));
		struct pax p;
		struct err e;

		assert_int_equal(parse(twice, strlen(twice), false, &p, &bytes, &e), -1);
		assert_says(&e, ERR_VERIFY, "given twice");
	}
}

static void refuses_a_length_that_lies(void **state)
{
	static const char *const bad[] = {
		"9 path=ab\n", "12 path=ab\n", "5 a=\n7 b=c\n", "0 path=a\n",
		"path=a\n",    " 9 path=a\n",  "09 path=a\n",   "-9 path=a\n",
		"9  path=a",   "9\tpath=a\n",  "9 path=a ",     "9",
		"3 \n",        "2 ",           "4 =\n\n",       "99999999999999999999 path=a\n",
		"\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(str) char *bytes = NULL;
		struct pax p;
		struct err e;

		if (parse(bad[i], strlen(bad[i]), false, &p, &bytes, &e) == 0)
			fail_msg("took \"%s\"", bad[i]);
		assert_int_equal(e.kind, ERR_VERIFY);
	}
}

static void refuses_a_nul_byte(void **state)
{
	static const char text[] = "11 path=a\0b\n";
	AUTO(str) char *bytes = NULL;
	struct pax p;
	struct err e;

	(void)state;
	assert_int_equal(parse(text, sizeof text - 1, false, &p, &bytes, &e), -1);
	assert_says(&e, ERR_VERIFY, "its pax header");
}

static void a_global_header_may_only_comment(void **state)
{
	static const char *const bad[] = {"path=a", "mtime=1", "uname=x", "size=0"};
	AUTO(str) char *bytes = NULL;
	const char *text = record("comment=made by git");
	struct pax p;
	struct err e;

	(void)state;
	assert_ok(parse(text, strlen(text), true, &p, &bytes, &e));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(str) char *more = NULL;

		text = record(bad[i]);
		assert_int_equal(parse(text, strlen(text), true, &p, &more, &e), -1);
		assert_says(&e, ERR_VERIFY, "its global pax header says");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_in_what_the_records_say),
		cmocka_unit_test(what_is_not_said_is_not_there),
		cmocka_unit_test(lets_through_what_means_nothing_to_a_layer),
		cmocka_unit_test(refuses_records_a_layer_cannot_have),
		cmocka_unit_test(refuses_a_record_that_comes_twice),
		cmocka_unit_test(refuses_a_length_that_lies),
		cmocka_unit_test(refuses_a_nul_byte),
		cmocka_unit_test(a_global_header_may_only_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
