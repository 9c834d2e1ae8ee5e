// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static size_t count_files(const struct room *r)
{
	DIR *d = opendir(r->path);
	size_t n = 0;

	for (struct dirent *x; (x = readdir(d));)
		n += x->d_name[0] != '.' || x->d_name[1] == 't';
	closedir(d);
	return n;
}

static void assert_holds(const struct room *r, const char *name, const char *text)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct err e;

	assert_ok(fs_read_file(r->fd, name, 1000, &b, &e));
	assert_string_equal(buf_str(&b), text);
}

static void a_file_has_its_name_only_once_it_is_whole(void **state)
{
	struct fs_file f = FS_FILE_NONE;
	struct room *r = *state;
	struct err e;

	write_plainly(r->fd, "a", "old", 3);
	assert_ok(fs_create(&f, r->fd, &e));
	assert_ok(fs_write(f.fd, "new", 3, &e));
	assert_holds(r, "a", "old");
	assert_ok(fs_commit(&f, r->fd, "a", &e));
	assert_holds(r, "a", "new");
	assert_int_equal(f.fd, -1);
	assert_int_equal(count_files(r), 1);
}

static void a_file_given_up_leaves_nothing(void **state)
{
	struct fs_file f = FS_FILE_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(fs_create(&f, r->fd, &e));
	assert_int_equal(count_files(r), 1);
	fs_file_done(&f);
	assert_int_equal(count_files(r), 0);
	fs_file_done(&f);
}

static void a_commit_that_fails_leaves_nothing_new(void **state)
{
	struct fs_file f = FS_FILE_NONE;
	struct room *r = *state;
	struct err e;

	assert_int_equal(mkdirat(r->fd, "taken", 0755), 0);
	assert_ok(fs_create(&f, r->fd, &e));
	assert_refused(fs_commit(&f, r->fd, "taken", &e), ERR_SYS, "rename to taken");
	assert_int_equal(f.fd, -1);
	assert_int_equal(count_files(r), 1);
}

static void a_write_that_does_not_fit_leaves_nothing_new(void **state)
{
	struct rlimit was, small = {100, RLIM_INFINITY};
	struct room *r = *state;
	char bytes[200] = {0};
	struct err e;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	e = (struct err){0};
	int got = fs_write_file(r->fd, "a", bytes, sizeof bytes, &e);

	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(got, -1);
	assert_says(&e, ERR_SYS, "a: write: File too large");
	assert_int_equal(count_files(r), 0);
}

static void modes_are_the_same_under_any_umask(void **state)
{
	static const mode_t masks[] = {0, 022, 077, 0777};
	struct room *r = *state;
	struct stat st;
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		AUTO(fd) int fd = -1;
		mode_t was = umask(masks[i]);
		int made = fs_mkdirs(room_path(r, "x/y/"), &e);
		int opened = fs_open_dir(r->fd, "z", true, &fd, &e);
		int wrote = fs_write_file(r->fd, "f", "", 0, &e);

		umask(was);
		assert_int_equal(made | opened | wrote, 0);
		assert_int_equal(fstatat(r->fd, "x", &st, 0) | st.st_mode, S_IFDIR | 0755);
		assert_int_equal(fstatat(r->fd, "x/y", &st, 0) | st.st_mode, S_IFDIR | 0755);
		assert_int_equal(fstatat(r->fd, "z", &st, 0) | st.st_mode, S_IFDIR | 0755);
		assert_int_equal(fstatat(r->fd, "f", &st, 0) | st.st_mode, S_IFREG | 0644);
		assert_ok(fs_rmtree(room_path(r, "x"), &e));
		assert_ok(fs_rmtree(room_path(r, "z"), &e));
		assert_ok(fs_rmtree(room_path(r, "f"), &e));
	}
}

/* Starts a file in another process, says so, and is killed when `hold` is closed. */
static pid_t other_writer(const struct room *r, int *ret_hold)
{
	int ready[2], hold[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready) | pipe(hold), 0);
	pid = fork();
	if (pid == 0) {
		struct fs_file f = FS_FILE_NONE;
		struct err e;

		close(hold[1]);
		if (fs_create(&f, r->fd, &e) == 0 && write(ready[1], "", 1) == 1)
			(void)!read(hold[0], &c, 1);
		raise(SIGKILL);
	}
	close(ready[1]);
	close(hold[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*ret_hold = hold[1];
	return pid;
}

static void a_sweep_leaves_what_is_held_and_takes_what_the_killed_left(void **state)
{
	struct room *r = *state;
	int hold;
	pid_t pid = other_writer(r, &hold);

	write_plainly(r->fd, "mine", "", 0);
	write_plainly(r->fd, ".tmp-notes", "", 0);
	write_plainly(r->fd, ".tmp-0123456789abcdef.txt", "", 0);
	fs_sweep(r->fd);
	assert_int_equal(count_files(r), 4);
	close(hold);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(count_files(r), 4);
	fs_sweep(r->fd);
	assert_int_equal(count_files(r), 3);
	assert_int_equal(faccessat(r->fd, "mine", F_OK, 0), 0);
	assert_int_equal(faccessat(r->fd, ".tmp-notes", F_OK, 0), 0);
	assert_int_equal(faccessat(r->fd, ".tmp-0123456789abcdef.txt", F_OK, 0), 0);
}

/* Sweeps without end beside writers: no file may vanish under its writer. */
static void a_sweep_beside_writers_takes_nothing_of_theirs(void **state)
{
	struct room *r = *state;
	struct err e;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed check must not leave it running */
		for (;;)
			fs_sweep(r->fd);
	}
	for (int i = 0; i < 500; i++)
		assert_ok(fs_write_file(r->fd, "f", "x", 1, &e));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(count_files(r), 1);
}

static void reads_a_file_up_to_its_limit(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	static char big[200000];
	struct err e;

	write_plainly(r->fd, "ten", "0123456789", 10);
	write_plainly(r->fd, "big", big, sizeof big);
	buf_add(&b, "before:");
	assert_ok(fs_read_file(r->fd, "ten", 10, &b, &e));
	assert_string_equal(b.p, "before:0123456789");
	assert_refused(fs_read_file(r->fd, "ten", 9, &b, &e), ERR_SPEC, "larger than 9 bytes");
	assert_refused(fs_read_file(r->fd, "big", 199999, &b, &e), ERR_SPEC, "larger");
	assert_string_equal(b.p, "before:0123456789");
	assert_int_equal(b.len, 17);
	assert_ok(fs_read_file(r->fd, "big", 200000, &b, &e));
	assert_int_equal(b.len, 200017);
}

static void reads_nothing_but_regular_files(void **state)
{
	AUTO_DONE(buf) struct buf b = {0};
	struct room *r = *state;
	struct err e;

	assert_int_equal(mkfifoat(r->fd, "fifo", 0644), 0);
	assert_refused(fs_read_file(r->fd, "fifo", 10, &b, &e), ERR_SPEC, "not a regular file");
	assert_refused(fs_read_file(r->fd, ".", 10, &b, &e), ERR_SPEC, "not a regular file");
	assert_refused(fs_read_file(r->fd, "none", 10, &b, &e), ERR_SYS, "open none: No such");
	assert_int_equal(b.len, 0);
}

static void makes_folders_that_are_missing_only(void **state)
{
	struct room *r = *state;
	struct err e;

	assert_ok(fs_mkdirs(room_path(r, "a/b/c"), &e));
	assert_ok(fs_mkdirs(room_path(r, "a//b/c/"), &e));
	write_plainly(r->fd, "f", "", 0);
	assert_refused(fs_mkdirs(room_path(r, "f"), &e), ERR_SYS, "is not a folder");
	assert_refused(fs_mkdirs(room_path(r, "f/x"), &e), ERR_SYS, "Not a directory");
	assert_refused(fs_mkdirs("", &e), ERR_SYS, "No such file");
}

static void opens_a_folder_and_makes_it_only_when_told(void **state)
{
	struct room *r = *state;
	AUTO(fd) int fd = -1;
	struct err e;

	assert_refused(fs_open_dir(r->fd, "d", false, &fd, &e), ERR_SYS, "open the folder d");
	assert_ok(fs_open_dir(r->fd, "d", true, &fd, &e));
	assert_int_equal(faccessat(fd, ".", F_OK, 0), 0);
}

static void removes_a_tree_and_nothing_a_link_points_to(void **state)
{
	struct room *r = *state;
	AUTO_DONE(buf) struct buf deep = {0};
	struct err e;

	buf_add(&deep, "tree");
	for (int i = 0; i < 40; i++)
		buf_add(&deep, "/d");
	assert_ok(fs_mkdirs(room_path(r, deep.p), &e));
	assert_ok(fs_mkdirs(room_path(r, "other"), &e));
	write_plainly(r->fd, "other/kept", "", 0);
	assert_int_equal(symlinkat("../other", r->fd, "tree/link"), 0);
	assert_int_equal(symlinkat("other", r->fd, "top"), 0);
	assert_ok(fs_rmtree(room_path(r, "tree"), &e));
	assert_ok(fs_rmtree(room_path(r, "top"), &e));
	assert_ok(fs_rmtree(room_path(r, "not-there"), &e));
	assert_int_equal(count_files(r), 1);
	assert_int_equal(faccessat(r->fd, "other/kept", F_OK, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(a_file_has_its_name_only_once_it_is_whole),
		in_a_room(a_file_given_up_leaves_nothing),
		in_a_room(a_commit_that_fails_leaves_nothing_new),
		in_a_room(a_write_that_does_not_fit_leaves_nothing_new),
		in_a_room(modes_are_the_same_under_any_umask),
		in_a_room(a_sweep_leaves_what_is_held_and_takes_what_the_killed_left),
		in_a_room(a_sweep_beside_writers_takes_nothing_of_theirs),
		in_a_room(reads_a_file_up_to_its_limit),
		in_a_room(reads_nothing_but_regular_files),
		in_a_room(makes_folders_that_are_missing_only),
		in_a_room(opens_a_folder_and_makes_it_only_when_told),
		in_a_room(removes_a_tree_and_nothing_a_link_points_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
