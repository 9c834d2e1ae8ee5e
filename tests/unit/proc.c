// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <dirent.h>

#include "base/proc.h"

static int shell(const char *script, struct buf *out, int *ret_status, struct err *e)
{
	const char *const argv[] = {"sh", "-c", script, NULL};

	return proc_run(&(struct proc){.argv = argv, .out = out}, ret_status, e);
}

static void gives_what_the_client_printed(void **state)
{
	AUTO_DONE(buf) struct buf out = {0};
	struct err e;
	int status;

	(void)state;
	buf_add(&out, "before ");
	assert_ok(shell("echo one; echo aside >&2; echo two", &out, &status, &e));
	assert_string_equal(out.p, "before one\ntwo\n");
	assert_int_equal(status, 0);
}

static void says_how_the_client_failed_in_its_own_last_words(void **state)
{
	static const struct {
		const char *script, *words;
		int status;
	} rows[] = {
		{"echo no such suite >&2; exit 3",            "sh failed (3): no such suite",   3  },
		{"printf 'a\\n b\\033[1m\\n\\n' >&2; exit 1", "sh failed (1): a; b [1m",        1  },
		{"exit 4",				    "sh failed (4): it said nothing", 4  },
		{"echo gone >&2; exit 127",                   "sh failed (127): gone",          127},
		{"kill -9 $$",				"sh was ended by signal 9",       137},
	};
	struct err e;
	int status;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_refused(shell(rows[i].script, NULL, &status, &e), ERR_SYS, rows[i].words);
		assert_int_equal(status, rows[i].status);
	}
}

/* A little more than is kept, so that what is dropped is dropped just before the end. */
static void keeps_the_end_of_a_long_complaint(void **state)
{
	struct err e;

	(void)state;
	assert_refused(
		shell("i=0; while [ $i -lt 1640 ]; do printf '%09d\\n' $i; i=$((i+1)); done >&2; "
	              "exit 1",
	              NULL, NULL, &e),
		ERR_SYS, "000001600;000001601;000001602;");
	assert_non_null(strstr(e.msg, "000001638;000001639"));
	assert_true(strlen(e.msg) < 1100);
}

static void says_when_a_client_is_not_installed(void **state)
{
	const char *const argv[] = {"lili-has-no-such-client", NULL};
	struct err e;
	int status;

	(void)state;
	assert_refused(proc_run(&(struct proc){.argv = argv}, &status, &e), ERR_SYS,
	               "lili-has-no-such-client is not installed");
	assert_int_equal(status, 127);
}

/* Root may look into any folder: a child that is not root tries. */
static void a_closed_folder_in_path_is_no_client_either(void **state)
{
	struct room *r = *state;
	int status;

	assert_int_equal(mkdirat(r->fd, "closed", 0), 0);
	assert_int_equal(fchmod(r->fd, 0755), 0);
	status = in_a_child({
		const char *const argv[] = {"lili-has-no-such-client", NULL};
		struct err e = {0};

		setenv("PATH", room_path(r, "closed"), 1);
		if (geteuid() == 0 && seteuid(12345) < 0)
			_exit(2);
		if (proc_run(&(struct proc){.argv = argv}, NULL, &e) == 0 ||
		    !strstr(e.msg, "is not installed"))
			_exit(1);
	});
	assert_int_equal(status, 0);
}

static void the_client_reads_from_nothing_and_inherits_only_what_it_should(void **state)
{
	AUTO_DONE(buf) struct buf out = {0};
	struct room *r = *state;
	AUTO(fd) int was = dup(0), file = -1;
	struct err e;

	write_plainly(r->fd, "input", "not for the client", 18);
	file = openat(r->fd, "input", O_RDONLY | O_CLOEXEC);
	assert_int_equal(dup2(file, 0), 0);
	assert_ok(shell("readlink /proc/self/fd/0; cat; [ ! -e /proc/self/fd/9 ]", &out, NULL, &e));
	assert_int_equal(dup2(was, 0), 0);
	assert_string_equal(out.p, "/dev/null\n");
}

static void runs_in_the_folder_and_environment_it_was_given(void **state)
{
	const char *const argv[] = {"sh", "-c", "pwd; echo $ONE $TWO $THREE", NULL};
	const char *const env[] = {"TWO=2 b", "THREE=", NULL};
	AUTO_DONE(buf) struct buf out = {0};
	struct room *r = *state;
	struct err e;
	char want[PATH_MAX + 20];

	setenv("ONE", "1", 1);
	setenv("THREE", "3", 1);
	assert_ok(proc_run(&(struct proc){.argv = argv, .env = env, .cwd = r->path, .out = &out},
	                   NULL, &e));
	snprintf(want, sizeof want, "%s\n1 2 b\n", r->path);
	assert_string_equal(out.p, want);
	assert_string_equal(getenv("THREE"), "3");
}

static void a_folder_that_is_not_there_is_no_missing_client(void **state)
{
	const char *const argv[] = {"true", NULL};
	struct err e;

	(void)state;
	assert_refused(proc_run(&(struct proc){.argv = argv, .cwd = "/no/such"}, NULL, &e), ERR_SYS,
	               "true failed (126)");
}

static void much_on_both_pipes_blocks_nobody(void **state)
{
	AUTO_DONE(buf) struct buf out = {0};
	struct err e;

	(void)state;
	assert_ok(shell("head -c 3000000 /dev/zero >&2 & head -c 5000000 /dev/zero; wait", &out,
	                NULL, &e));
	assert_int_equal(out.len, 5000000);
	assert_ok(shell("head -c 3000000 /dev/zero", NULL, NULL, &e));
}

static size_t open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void leaves_no_descriptor_behind(void **state)
{
	AUTO_DONE(buf) struct buf out = {0};
	size_t before = open_descriptors();
	struct err e;

	(void)state;
	assert_ok(shell("true", &out, NULL, &e));
	assert_refused(shell("false", NULL, NULL, &e), ERR_SYS, "");
	assert_int_equal(open_descriptors(), before);
}

static void knows_which_clients_are_in_path(void **state)
{
	AUTO(str) char *was = mem_dup(getenv("PATH"));
	struct room *r = *state;
	char path[PATH_MAX + 20];

	write_plainly(r->fd, "plain", "", 0);
	write_plainly(r->fd, "client", "", 0);
	assert_int_equal(fchmodat(r->fd, "client", 0755, 0) | mkdirat(r->fd, "folder", 0755), 0);
	snprintf(path, sizeof path, "/no/such:%s", r->path);
	setenv("PATH", path, 1);
	bool client = proc_exists("client"), folder = proc_exists("folder");
	bool plain = proc_exists("plain"), sh = proc_exists("sh");

	setenv("PATH", was, 1);
	assert_true(client);
	assert_false(folder);
	assert_false(plain);
	assert_false(sh);
	assert_true(proc_exists("sh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_the_client_printed),
		cmocka_unit_test(says_how_the_client_failed_in_its_own_last_words),
		cmocka_unit_test(keeps_the_end_of_a_long_complaint),
		cmocka_unit_test(says_when_a_client_is_not_installed),
		in_a_room(a_closed_folder_in_path_is_no_client_either),
		in_a_room(the_client_reads_from_nothing_and_inherits_only_what_it_should),
		in_a_room(runs_in_the_folder_and_environment_it_was_given),
		cmocka_unit_test(a_folder_that_is_not_there_is_no_missing_client),
		cmocka_unit_test(much_on_both_pipes_blocks_nobody),
		cmocka_unit_test(leaves_no_descriptor_behind),
		in_a_room(knows_which_clients_are_in_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
