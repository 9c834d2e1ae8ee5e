// SPDX-License-Identifier: Apache-2.0
#include "image/schema.h"

#include "base/near.h"
#include "cmd/cmd.h"

static int no_kind(const char *said, struct err *e)
{
	struct near near = {.word = said};
	AUTO_DONE(buf) struct buf names = {0};

	for (size_t i = 0; schema_kind(i); i++) {
		near_try(&near, schema_kind(i));
		buf_printf(&names, "%s%s", i ? ", " : "", schema_kind(i));
	}
	err_set(e, ERR_USAGE, "there is no schema '%s'", said);
	if (near.best)
		return err_hint(e, "did you mean '%s'?", near.best);
	return err_hint(e, "there are: %s", buf_str(&names));
}

int cmd_schema(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(buf) struct buf text = {0};
	AUTO(json) json_t *doc = NULL;
	int n = common_parse(&c, self, NULL, 0, argc, argv, e);

	if (n < 0)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE, "schema: which one? image, layers or payloads");
	doc = schema_of(argv[1]);
	if (!doc)
		return no_kind(argv[1], e);
	json_pretty(doc, &text);
	fputs(buf_str(&text), stdout);
	return 0;
}
