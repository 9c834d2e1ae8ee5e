// SPDX-License-Identifier: Apache-2.0
#include "cmd/damages.h"

#include "base/base.h"
#include "base/log.h"

static void print_json(const struct audit *a)
{
	AUTO_DONE(buf) struct buf text = {0};
	json_t *list = json_array();
	AUTO(json)
	json_t *doc =
		json_pack("{s:i, s:b, s:I, s:I, s:I, s:o}", "schema", 1, "ok", !a->n, "images",
	                  (json_int_t)a->nimages, "objects", (json_int_t)a->nobjects, "bytes",
	                  (json_int_t)a->bytes, "damages", list);

	for (size_t i = 0; i < a->n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s}", "what", a->v[i].what, "fix", a->v[i].mend));
	json_pretty(doc, &text);
	fputs(buf_str(&text), stdout);
}

int damages_report(const struct audit *a, bool json, struct err *e)
{
	if (json)
		print_json(a);
	for (size_t i = 0; !json && i < a->n; i++)
		printf("%s - %s\n", a->v[i].what, a->v[i].mend);
	if (a->n)
		return err_set(e, ERR_VERIFY, "%zu damage%s in store %s", a->n,
		               a->n == 1 ? "" : "s", a->store->path);
	if (!json)
		printf("%zu image%s, %zu objects, %s: as they should be\n", a->nimages,
		       a->nimages == 1 ? "" : "s", a->nobjects, log_size(a->bytes));
	return 0;
}
