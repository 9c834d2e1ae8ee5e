// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <signal.h>

#include "store/memo.h"
#include "store/stock.h"

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const struct stock_item *item(const struct stock *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return &all->v[i];
	fail_msg("no %s in the stock", name);
	return NULL;
}

static void lists_each_thing_by_area_and_name_whatever_it_is(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(stock) struct stock all = {0};
	struct room *r = *state;
	struct digest d;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	write_plainly(s.payloads, "b", "12", 2);
	write_plainly(s.payloads, ".part-a", "1", 1);
	assert_int_equal(mkfifoat(s.paths, "pipe", 0644), 0);
	assert_ok(stock_read(&s, &all, &e));
	assert_int_equal(all.n, 4);
	assert_string_equal(all.v[0].name, HELLO);
	assert_string_equal(stock_area_name(all.v[0].area), "blobs/sha256");
	assert_true(digest_eq(&all.v[0].digest, &d));
	assert_int_equal(all.v[0].size, 5);
	assert_string_equal(all.v[1].name, ".part-a");
	assert_true(stock_is_part(&all.v[1]));
	assert_string_equal(all.v[2].name, "b");
	assert_false(digest_is_set(&all.v[2].digest));
	assert_int_equal(all.v[3].area, STOCK_PATHS);
	assert_int_equal(all.v[3].size, 0);
}

static void is_right_as_long_as_each_thing_is_what_it_is_called(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(stock) struct stock all = {0};
	AUTO(json) json_t *memo = json_object();
	struct room *r = *state;
	struct digest d;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_put_blob(&s, "hello", 5, &d, &e));
	assert_ok(memo_put(&s, &d, memo, &e));
	write_plainly(s.payloads, HELLO, "hello", 5);
	write_plainly(s.payloads, ".part-1", "half", 4);
	write_plainly(s.paths, HELLO, "d\t0755\t0\t0\t0\t-\ta\t\n", 18);
	assert_ok(stock_read(&s, &all, &e));
	assert_int_equal(all.n, 5);
	for (size_t i = 0; i < all.n; i++)
		assert_ok(stock_check(&s, &all.v[i], &e));
}

static void names_each_damage_and_what_to_do(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	const int areas[STOCK_AREAS] = {s.blobs, s.payloads, s.paths, s.memo};

	for (enum stock_area area = 0; area < STOCK_AREAS; area++) {
		AUTO_DONE(stock) struct stock all = {0};
		AUTO(str) char *hint = mem_printf("remove %s/" HELLO, stock_area_name(area));

		write_plainly(areas[area], HELLO, "hellO", 5);
		assert_ok(stock_read(&s, &all, &e));
		assert_refused(stock_check(&s, item(&all, HELLO), &e), ERR_VERIFY, HELLO);
		assert_non_null(strstr(e.hint, hint));
		assert_int_equal(unlinkat(areas[area], HELLO, 0), 0);
		assert_int_equal(symlinkat("elsewhere", areas[area], HELLO), 0);
		assert_refused(stock_check(&s, item(&all, HELLO), &e), ERR_VERIFY, "a symlink");
		assert_ok(stock_remove(&s, item(&all, HELLO), &e));
		assert_int_equal(mkfifoat(areas[area], HELLO, 0644), 0);
		assert_refused(stock_check(&s, item(&all, HELLO), &e), ERR_VERIFY, "a FIFO");
		assert_ok(stock_remove(&s, item(&all, HELLO), &e));
		assert_refused(stock_check(&s, item(&all, HELLO), &e), ERR_VERIFY, "No such file");
	}
}

static void what_nobody_named_is_no_object_but_can_be_removed(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(stock) struct stock all = {0};
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	write_plainly(s.blobs, "notes", "x", 1);
	assert_int_equal(mkdirat(s.blobs, "folder", 0755), 0);
	assert_ok(stock_read(&s, &all, &e));
	assert_refused(stock_check(&s, item(&all, "notes"), &e), ERR_VERIFY, "nothing of lili's");
	assert_refused(stock_check(&s, item(&all, "folder"), &e), ERR_VERIFY, "a folder");
	assert_ok(stock_remove(&s, item(&all, "notes"), &e));
	assert_ok(stock_remove(&s, item(&all, "folder"), &e));
	assert_int_equal(faccessat(s.blobs, "folder", F_OK, 0), -1);
	assert_ok(stock_remove(&s, item(&all, "folder"), &e));
}

static void a_folders_size_is_that_of_all_files_below_it(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	struct err e;
	int fd;

	assert_ok(store_open(&s, r->path, &e));
	assert_int_equal(stock_folder_size(&s, "apt"), 0);
	assert_ok(fs_mkdirs(room_path(r, "apt/deep"), &e));
	assert_ok(fs_open_dir(s.dirfd, "apt/deep", false, &fd, &e));
	write_plainly(fd, "one", "123", 3);
	close(fd);
	assert_ok(fs_open_dir(s.dirfd, "apt", false, &fd, &e));
	write_plainly(fd, "two", "1234", 4);
	close(fd);
	assert_int_equal(stock_folder_size(&s, "apt"), 7);
}

static void a_claim_waits_for_others_and_keeps_them_out(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct room *r = *state;
	int ready[2], status;
	struct err e;
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct store mine = STORE_NONE;

		if (store_open(&mine, r->path, &e) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(200000);
		write_plainly(mine.dirfd, "left", "", 0);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_ok(store_open(&s, r->path, &e));
	assert_ok(store_claim(&s, &e));
	assert_int_equal(faccessat(s.dirfd, "left", F_OK, 0), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	status = in_a_child({
		struct store mine = STORE_NONE;

		alarm(1); /* waiting is what it should do: SIGALRM ends it */
		(void)!store_open(&mine, r->path, &e);
	});
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(lists_each_thing_by_area_and_name_whatever_it_is),
		in_a_room(is_right_as_long_as_each_thing_is_what_it_is_called),
		in_a_room(names_each_damage_and_what_to_do),
		in_a_room(what_nobody_named_is_no_object_but_can_be_removed),
		in_a_room(a_folders_size_is_that_of_all_files_below_it),
		in_a_room(a_claim_waits_for_others_and_keeps_them_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
