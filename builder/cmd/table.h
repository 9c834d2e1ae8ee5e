// SPDX-License-Identifier: Apache-2.0
/* table: the commands, and what is said of all of them: parser, help, manual pages and completions
 * read it here. */
#pragma once

#include "cmd/cmd.h"

#ifndef VERSION
#define VERSION "0.1"
#endif

/* One of the words that help names in a row: an exit code's meaning, a variable's, a file's. */
struct term {
	const char *name, *help;
};

extern const struct command table_commands[]; /* as all these, it ends with an empty one */
extern const struct term table_statuses[];
extern const struct term table_variables[];
extern const struct term table_files[];

/* NULL when there is no such command. */
const struct command *table_find(const char *name);

/* Takes a command with its own options and those of every command. */
typedef void table_visit(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                         const struct opt *every, size_t nevery);
/* Lets `visit` see what the command would parse; the command is not run. */
void table_show(const struct command *c, table_visit *visit, void *ctx);
/* For common_parse: whom to show the options to instead of parsing; NULL: parse. */
table_visit *table_visitor(void **ret_ctx);
