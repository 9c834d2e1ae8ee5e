// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkup.h"

static const char *const levels[] = {
	[FINDING_OK] = "ok",
	[FINDING_WARN] = "warn",
	[FINDING_FAIL] = "fail",
};

static void print_json(const struct checkup *c, size_t failed)
{
	json_t *list = json_array();
	AUTO(json)
	json_t *doc =
		json_pack("{s:i, s:b, s:o}", "schema", 1, "ok", failed == 0, "findings", list);
	AUTO_DONE(buf) struct buf text = {0};

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(list,
		                      json_pack("{s:s, s:s, s:s}", "level", levels[c->v[i].level],
		                                "what", c->v[i].what, "fix", c->v[i].fix));
	json_pretty(doc, &text);
	fputs(buf_str(&text), stdout);
}

static void print_people(const struct checkup *c)
{
	for (size_t i = 0; i < c->n; i++)
		printf("%-4s %s%s%s\n", levels[c->v[i].level], c->v[i].what,
		       *c->v[i].fix ? " - " : "", c->v[i].fix);
}

int cmd_doctor(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common common = {0};
	AUTO_DONE(checkup) struct checkup c = CHECKUP_NONE;
	size_t failed = 0;
	bool json = false;
	const struct opt opts[] = {
		{OPT_FLAG, 0, "json", NULL, &json, "all of it, for programs"},
	};

	if (common_parse(&common, self, opts, ARRAY_LEN(opts), argc, argv, e) < 0)
		return -1;
	common.looks = true;
	c.common = &common;
	checkup_run(&c);
	for (size_t i = 0; i < c.n; i++)
		failed += c.v[i].level == FINDING_FAIL;
	if (json)
		print_json(&c, failed);
	else
		print_people(&c);
	return failed ? CMD_NO : 0;
}
