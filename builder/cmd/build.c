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
static int report_failures(const struct run_image *v, size_t n, struct err *e)
{
	AUTO_DONE(buf) struct buf names = {0};
	const struct run_image *first = NULL;
	size_t failed = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].rc == 0)
			continue;
		buf_printf(&names, "%s%s", failed++ ? ", " : "", v[i].image->label);
		if (!first)
			first = &v[i];
		else
			log_warn("%s was not built: %s", v[i].image->label, v[i].err.msg);
	}
	if (!first)
		return 0;
	if (n > 1)
		log_warn("%zu of %zu images built, not %s", n - failed, n, names.p);
	*e = first->err;
	return err_ctx(e, "%s", first->image->label);
}

/* As short as `lili load` takes it. */
static void add_reference(const struct image_spec *x, struct buf *ret)
{
	for (size_t i = 0; i < x->tags.n; i++)
		if (!strcmp(x->tags.v[i], "latest")) {
			buf_printf(ret, " %s", x->name);
			return;
		}
	buf_printf(ret, " %s:%s", x->name, x->tags.v[0]);
}

/* What to do with what there is now. */
static void say_next(const struct run_image *v, size_t n)
{
	AUTO_DONE(buf) struct buf names = {0};

	for (size_t i = 0; i < n; i++)
		if (v[i].rc == 0)
			add_reference(v[i].image, &names);
	if (names.len)
		log_say("load: lili load%s", names.p);
}

static int report(const struct run_image *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].rc == 0)
			print_image(&v[i]);
	/* Before the talk that follows, where both go to one place. */
	fflush(stdout);
	say_next(v, n);
	return report_failures(v, n, e);
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
