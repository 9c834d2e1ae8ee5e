// SPDX-License-Identifier: Apache-2.0
/* err: what went wrong, of what kind, in words for a person.  Nothing in it needs freeing. */
#pragma once

enum err_kind { ERR_NONE, ERR_SYS, ERR_USAGE, ERR_SPEC, ERR_NET, ERR_AUTH, ERR_VERIFY };

struct err {
	enum err_kind kind;
	char msg[2048];
	char hint[512];    /* what to do next; empty when there is nothing to add */
	const char *below; /* lines to show under msg; NULL when there are none */
};

/* Each returns -1, so a caller can `return` it.  err_ctx keeps the kind and puts words in front. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int err_sys(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_ctx(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says what the user can do about it; the innermost hint stays. */
int err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Takes over `lines`, of any length, to be shown under msg.  A process has one such text: it lives
 * until the next call. */
int err_below(struct err *e, char *lines);

/* The documented exit code: 0 ok, 1 failed, 2 usage or definition, 3 network, 4 authentication,
 * 5 integrity. */
int err_exit_code(const struct err *e);

#ifdef __clang_analyzer__ /* it sees one file at a time: tell it what every reader knows */
#define err_set(...) (err_set(__VA_ARGS__), -1)
#define err_sys(...) (err_sys(__VA_ARGS__), -1)
#define err_ctx(...) (err_ctx(__VA_ARGS__), -1)
#define err_hint(...) (err_hint(__VA_ARGS__), -1)
#endif
