// SPDX-License-Identifier: Apache-2.0
#include "cmd/cmd.h"
#include "cmd/damages.h"
#include "cmd/rebuild.h"

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
		return damages_report(&a, json, e);
	}
	if (index_read(&s, &x, e) < 0 || common_pick(c, &x, names, n, &p, e) < 0)
		return -1;
	for (size_t i = 0; i < p.n; i++)
		audit_image(&a, p.v[i]);
	return damages_report(&a, json, e);
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
