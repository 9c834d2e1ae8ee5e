// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/definitions.h"

int cmd_mirror(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(definitions) struct definitions d = DEFINITIONS_NONE;
	struct mirrored m;
	const char *dir = NULL;
	const struct opt opts[] = {
		{OPT_TEXT, 'o', "output", "DIR", &dir, "the folder to fill, made when missing"},
	};
	int n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	if (!dir) {
		err_set(e, ERR_USAGE, "mirror: where to?");
		return err_hint(e, "give -o DIR");
	}
	if (definitions_open(&d, &c, argv + 1, (size_t)n, e) < 0)
		return -1;
	d.resolve.refuse = true; /* of what is not locked nobody knows which bytes */
	if (run_mirror(&d.run, dir, &m, e) < 0)
		return -1;
	printf("%s: %zu files, %s (%zu new)\n", dir, m.files, log_size(m.bytes), m.copied);
	return 0;
}
