// SPDX-License-Identifier: Apache-2.0
#include "cmd/cmd.h"
#include "cmd/definitions.h"

int cmd_lock(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(definitions) struct definitions d = DEFINITIONS_NONE;
	AUTO_DONE(buf) struct buf changes = {0};
	const char *update = NULL;
	const struct opt opts[] = {
		{OPT_TEXT, 0, "update", "NAME", &update,
	         "find this payload or package set out again"},
	};
	int failed, n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0 || definitions_open(&d, &c, argv + 1, (size_t)n, e) < 0)
		return -1;
	d.resolve.is_lock = true;
	d.resolve.update = update;
	d.run.changes = &changes;
	failed = run_lock(&d.run, e);
	fputs(buf_str(&changes), stdout);
	if (failed)
		return -1;
	if (update && !d.resolve.updated)
		return err_set(e, ERR_USAGE, "--update %s: no such payload or package set", update);
	return 0;
}
