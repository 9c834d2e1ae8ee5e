// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/rebuild.h"
#include "image/audit.h"

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

static int report(const struct audit *a, bool json, struct err *e)
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

static int verify(const struct common *c, char **names, int n, bool json, struct err *e)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	AUTO_DONE(picked) struct picked p = {0};
	AUTO_DONE(audit) struct audit a = {.store = &s};

	if (common_open(c, &s, NULL, e) < 0)
		return -1;
	if (!n) {
		audit_store(&a);
		return report(&a, json, e);
	}
	if (index_read(&s, &x, e) < 0 || common_pick(c, &x, names, n, &p, e) < 0)
		return -1;
	for (size_t i = 0; i < p.n; i++)
		audit_image(&a, p.v[i]);
	return report(&a, json, e);
}

int cmd_verify(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	bool json = false, again = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "rebuild", NULL, &again,
	         "build the images again from definitions and lock, and compare"},
		{OPT_FLAG, 0, "json",    NULL, &json,  "all of it, for programs"},
	};
	int n = common_parse(&c, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	return again ? rebuild(&c, argv + 1, (size_t)n, json, e) : verify(&c, argv + 1, n, json, e);
}
