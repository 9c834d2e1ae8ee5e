// SPDX-License-Identifier: Apache-2.0
/* cmd: what main can run.  A command parses its own options and never prints errors. */
#pragma once

#include "base/base.h"
#include "base/opt.h"
#include "source/fetch.h"
#include "store/index.h"

/* What a command's run returns beside 0 and -1: all went well, and the answer is no: exit 1, and
 * nothing more to print. */
#define CMD_NO 1

struct command {
	const char *name;
	int (*run)(const struct command *self, int argc, char **argv, struct err *e);
	const char *operands; /* as help shows them */
	const char *help;
};

int cmd_build(const struct command *self, int argc, char **argv, struct err *e);
int cmd_cache(const struct command *self, int argc, char **argv, struct err *e);
int cmd_completion(const struct command *self, int argc, char **argv, struct err *e);
int cmd_diff(const struct command *self, int argc, char **argv, struct err *e);
int cmd_doctor(const struct command *self, int argc, char **argv, struct err *e);
int cmd_export(const struct command *self, int argc, char **argv, struct err *e);
int cmd_inspect(const struct command *self, int argc, char **argv, struct err *e);
int cmd_list(const struct command *self, int argc, char **argv, struct err *e);
int cmd_load(const struct command *self, int argc, char **argv, struct err *e);
int cmd_lock(const struct command *self, int argc, char **argv, struct err *e);
int cmd_man(const struct command *self, int argc, char **argv, struct err *e);
int cmd_mirror(const struct command *self, int argc, char **argv, struct err *e);
int cmd_plan(const struct command *self, int argc, char **argv, struct err *e);
int cmd_schema(const struct command *self, int argc, char **argv, struct err *e);
int cmd_verify(const struct command *self, int argc, char **argv, struct err *e);

/* What every command can be told. */
struct common {
	const char *dir;             /* -C: holds images/ and out/ */
	const char *store;           /* NULL: where store_open looks */
	const char *platform;        /* "linux/amd64" */
	const char *progress;        /* "auto" */
	struct opt_list mirrors;     /* --mirror */
	struct opt_list sets;        /* --set NAME=VALUE */
	bool offline, locked, quiet; /* --offline, --locked, -q */
	unsigned jobs, fetches;      /* at least 1 */
	bool looks;                  /* the command's own: it only looks at the store */
};
void common_done(struct common *c);

/* Parses the options of every command and `own` ones.  The result is the number of operands, in
 * argv[1] and on.  -1 with e->kind ERR_NONE: --help was asked for and printed, nothing is left to
 * do. */
int common_parse(struct common *c, const struct command *self, const struct opt *own, size_t nown,
                 int argc, char **argv, struct err *e);
/* Options of every command may stand before its name, as with make and git: moves the name to
 * argv[1], the options behind it. */
void common_command_first(int argc, char **argv);
/* The store that --store names; *ret_fetch, if not NULL, is ready to fetch into it. */
int common_open(const struct common *c, struct store *ret, struct fetch *ret_fetch, struct err *e);

/* The images of the store that `names` mean, or all of the platform when there are none.  A name is
 * a reference, or a reference without its tag (latest), or the last part of either ("spark" for
 * "lilidata/spark:latest").  ret->v is the caller's to free, what it points to belongs to `x`. */
struct picked {
	const struct index_image **v;
	size_t n;
};
int common_pick(const struct common *c, const struct index *x, char **names, int n,
                struct picked *ret, struct err *e);
void picked_done(struct picked *p);
