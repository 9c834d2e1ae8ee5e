// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "source/checksum.h"

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

/* What "hello" has to be, as far as `what` says: 's'ize, sha'2'56, sha'5'12. */
static struct checksum known(const char *what)
{
	struct hash h = {.kind = HASH_SHA512};
	struct checksum c = {0};

	if (strchr(what, 's'))
		c.size = 5;
	if (strchr(what, '2'))
		digest_bytes(&c.sha256, "hello", 5);
	if (strchr(what, '5')) {
		c.has_sha512 = true;
		hash_add(&h, "hello", 5);
		hash_end(&h, c.sha512);
		hash_done(&h);
	}
	return c;
}

static int sum(struct room *r, struct checksum *c, const char *text, struct err *e)
{
	AUTO(fd) int fd = -1;

	write_plainly(r->fd, "f", text, strlen(text));
	fd = openat(r->fd, "f", O_RDONLY | O_CLOEXEC);
	lseek(fd, 2, SEEK_SET);
	if (checksum_fd(c, fd, e) < 0)
		return -1;
	return lseek(fd, 0, SEEK_CUR) == 2 ? 0 : err_set(e, ERR_SYS, "the offset moved");
}

static void fills_in_what_was_not_known(void **state)
{
	static const char *const rows[] = {"", "s", "2", "5", "s25"};
	char hex[DIGEST_HEX_MAX];
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct checksum c = known(rows[i]);

		assert_ok(sum(*state, &c, "hello", &e));
		assert_string_equal(digest_hex(&c.sha256, hex), HELLO);
		assert_int_equal(c.size, 5);
	}
}

static void other_bytes_are_refused_by_whatever_is_known(void **state)
{
	static const struct {
		const char *known, *text, *words;
	} rows[] = {
		{"s",   "hello!", "want 5 bytes, got 6"                         },
		{"2",   "hellO",  "want sha256:" HELLO ", got sha256:"          },
		{"5",   "hellO",  "want sha512:9b71d224bd62f378..., got sha512:"},
		{"s25", "hell",   "want 5 bytes, got 4"                         },
		{"s25", "hellO",  "want sha256:"                                },
	};
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct checksum c = known(rows[i].known), before = c;

		assert_refused(sum(*state, &c, rows[i].text, &e), ERR_VERIFY, rows[i].words);
		assert_memory_equal(&c, &before, sizeof c);
	}
}

static void an_announced_size_counts_before_any_byte(void **state)
{
	const struct checksum five = known("s"), none = known("2");
	struct err e;

	(void)state;
	assert_ok(checksum_size(&five, 5, &e));
	assert_ok(checksum_size(&none, 77, &e));
	assert_refused(checksum_size(&five, 0, &e), ERR_VERIFY, "want 5 bytes, got 0");
}

static void a_size_alone_vouches_for_nothing(void **state)
{
	const struct checksum size = known("s"), sha256 = known("2"), sha512 = known("5");

	(void)state;
	assert_false(checksum_is_set(&size));
	assert_true(checksum_is_set(&sha256));
	assert_true(checksum_is_set(&sha512));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(fills_in_what_was_not_known),
		in_a_room(other_bytes_are_refused_by_whatever_is_known),
		cmocka_unit_test(an_announced_size_counts_before_any_byte),
		cmocka_unit_test(a_size_alone_vouches_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
