// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "image/manifest.h"

/* Bytes of the layers as they are stored, and how many layers there are. */
static int print_image(struct store *s, const struct index_image *x, struct err *e)
{
	AUTO_DONE(manifest) struct manifest m = {0};
	char digest[DIGEST_STR_MAX];

	if (manifest_read(s, &x->manifest, &m, e) < 0)
		return err_ctx(e, "%s", x->ref);
	printf("%-36s %s %10s %3zu layers\n", x->ref, digest_str(&x->manifest, digest),
	       log_size(manifest_size(&m)), m.nlayers);
	return 0;
}

int cmd_list(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};

	if (common_parse(&c, self, NULL, 0, argc, argv, e) < 0 ||
	    common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0)
		return -1;
	for (size_t i = 0; i < x.n; i++)
		if (print_image(&s, &x.v[i], e) < 0)
			return -1;
	return 0;
}
