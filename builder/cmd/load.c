// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "cmd/cmd.h"
#include "image/manifest.h"
#include "ship/docker.h"

static int print_image(struct store *s, const struct index_image *x, struct err *e)
{
	AUTO_DONE(manifest) struct manifest m = {0};
	char id[DIGEST_STR_MAX];

	if (manifest_read(s, &x->manifest, &m, e) < 0)
		return err_ctx(e, "%s", x->ref);
	printf("%s  image ID %s  %s\n", x->ref, digest_str(&m.config, id),
	       log_size(manifest_size(&m)));
	return 0;
}

int cmd_load(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	AUTO_DONE(picked) struct picked p = {0};
	struct docker d;
	int n = common_parse(&c, self, NULL, 0, argc, argv, e);

	if (n < 0 || common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0 ||
	    common_pick(&c, &x, argv + 1, n, &p, e) < 0)
		return -1;
	if (!p.n)
		return err_set(e, ERR_USAGE, "the store has no image yet: lili build makes them");
	if (docker_open(&d, e) < 0 || docker_load(&d, &s, p.v, p.n, e) < 0)
		return -1;
	for (size_t i = 0; i < p.n; i++)
		if (print_image(&s, p.v[i], e) < 0)
			return -1;
	return 0;
}
