// SPDX-License-Identifier: Apache-2.0
/* unit: what every unit test includes.  A test that asks for a room gets an empty folder, gone with
 * all in it when the test ends. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/fs.h"
#include "base/mem.h"

struct room {
	char path[PATH_MAX];
	int fd;
};

/* For calls that fill the `struct err e` of the test. */
#define assert_ok(call)                                                                            \
	do {                                                                                       \
		e = (struct err){0};                                                               \
		if ((call) < 0)                                                                    \
			fail_msg("%s: %s", #call, e.msg);                                          \
	} while (0)
#define assert_refused(call, of_kind, words)                                                       \
	do {                                                                                       \
		e = (struct err){0};                                                               \
		assert_int_equal(call, -1);                                                        \
		assert_says(&e, of_kind, words);                                                   \
	} while (0)

static inline void assert_says(const struct err *e, enum err_kind kind, const char *words)
{
	if (!strstr(e->msg, words))
		fail_msg("\"%s\" does not say \"%s\"", e->msg, words);
	assert_int_equal(e->kind, kind);
}

static inline int room_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct room *r = mem_alloc(1, sizeof *r);

	snprintf(r->path, sizeof r->path, "%s/lili-unit-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(r->path))
		return -1;
	r->fd = open(r->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = r;
	return r->fd < 0 ? -1 : 0;
}

static inline int room_clear(void **state)
{
	struct room *r = *state;
	struct err e;
	int gone = fs_rmtree(r->path, &e);

	close(r->fd);
	free(r);
	return gone;
}
#define in_a_room(test) cmocka_unit_test_setup_teardown(test, room_make, room_clear)

/* "FOLDER/NAME" of the room, in one of a few static buffers. */
static inline const char *room_path(const struct room *r, const char *name)
{
	static char ring[4][PATH_MAX + NAME_MAX + 2];
	static unsigned at;
	char *s = ring[at++ % ARRAY_LEN(ring)];

	snprintf(s, sizeof ring[0], "%s/%s", r->path, name);
	return s;
}

static inline void write_plainly(int dirfd, const char *name, const void *p, size_t n)
{
	AUTO(fd) int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), n);
}

/* The status of a child that does this and ends; for what must not happen to the test itself. */
#define in_a_child(...)                                                                            \
	__extension__({                                                                            \
		int status_ = -1;                                                                  \
		pid_t pid_ = fork();                                                               \
                                                                                                   \
		if (pid_ == 0) {                                                                   \
			__VA_ARGS__;                                                               \
			_exit(0);                                                                  \
		}                                                                                  \
		assert_int_equal(waitpid(pid_, &status_, 0), pid_);                                \
		status_;                                                                           \
	})
