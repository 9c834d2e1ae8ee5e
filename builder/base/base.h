// SPDX-License-Identifier: Apache-2.0
/* base: the few macros every file uses; owners that clean up when they leave scope. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* Defines the clean-up that AUTO(name) uses, for a handle type whose empty value is `none`. */
#define AUTO_DEFINE(name, type, none, release)                                                     \
	static inline void auto_##name(type *p)                                                    \
	{                                                                                          \
		if (*p != (none))                                                                  \
			release(*p);                                                               \
	}
#define AUTO(name) __attribute__((cleanup(auto_##name)))

/* For a struct held by value: `AUTO_DONE(buf) struct buf b = {0};` calls buf_done(&b). */
#define AUTO_DONE(noun) __attribute__((cleanup(noun##_done)))

AUTO_DEFINE(fd, int, -1, close)
AUTO_DEFINE(str, char *, NULL, free)
AUTO_DEFINE(file, FILE *, NULL, fclose)

/* Hands the value to a new owner: the old variable no longer cleans it up. */
static inline int take_fd(int *fd)
{
	int out = *fd;

	*fd = -1;
	return out;
}
#define take(pp)                                                                                   \
	__extension__({                                                                            \
		__typeof__(*(pp)) out_ = *(pp);                                                    \
		*(pp) = NULL;                                                                      \
		out_;                                                                              \
	})
