// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/definitions.h"

static void print_image(const struct run_image *x)
{
	char digest[DIGEST_STR_MAX];

	for (size_t i = 0; i < x->image->tags.n; i++)
		printf("%s:%s  %s  %s  %zu layers (%zu reused)\n", x->image->name,
		       x->image->tags.v[i], digest_str(&x->made.manifest, digest),
		       log_size(x->made.size), x->made.nlayers, x->made.nreused);
}

/* The first failure becomes the command's; each further one is said. */
static int report(const struct run_image *v, size_t n, struct err *e)
{
	size_t failed = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].rc == 0)
			print_image(&v[i]);
		else if (!failed++)
			*e = v[i].err;
		else
			log_warn("%s was not built: %s", v[i].image->label, v[i].err.msg);
	}
	if (!failed)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].rc < 0)
			return err_ctx(e, "%s", v[i].image->label);
	return -1;
}

int cmd_build(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(definitions) struct definitions d = DEFINITIONS_NONE;
	struct run_image *images = NULL;
	int n = common_parse(&c, self, NULL, 0, argc, argv, e);

	if (n < 0 || definitions_open(&d, &c, argv + 1, (size_t)n, e) < 0 ||
	    run_build(&d.run, &images, e) < 0)
		return -1;
	return report(images, d.spec.n, e);
}
