// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "ship/bundle.h"
#include "ship/layout.h"

static int export_into(struct store *s, const struct picked *p, int fd, struct err *e)
{
	if (isatty(fd))
		return err_set(e, ERR_USAGE, "an archive is not for a terminal");
	return bundle_write_fd(s, p->v, p->n, fd, e);
}

/* A pipe or a device is written to: a file put in its place would be the end of it. */
static int export_special(struct store *s, const struct picked *p, const char *out, struct err *e)
{
	AUTO(fd) int fd = open(out, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "open %s", out);
	return export_into(s, p, fd, e) < 0 ? err_ctx(e, "%s", out) : 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && !strcmp(text + n - m, end);
}

/* Names that promise what would not come. */
static int check_name(const char *out, struct err *e)
{
	static const char *const packed[] = {".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".tar.bz2"};
	size_t end = strlen(out), at;

	for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
		if (!ends_with(out, packed[i]))
			continue;
		err_set(e, ERR_USAGE, "-o %s: an archive is not compressed, its layers are", out);
		return err_hint(e, "-o %.*s.tar, or -o - | gzip",
		                (int)(strlen(out) - strlen(packed[i])), out);
	}
	while (end && out[end - 1] == '/')
		end--;
	for (at = end; at && out[at - 1] != '/';)
		at--;
	if (strspn(out + at, ".") < end - at || end - at > 2)
		return 0;
	err_set(e, ERR_USAGE, "-o %s: a layout replaces its folder; this one stays", out);
	return err_hint(e, "name a folder that does not exist yet");
}

/* An archive is what is called one, and whatever is a file already. */
static int export(struct store *s, const struct picked *p, const char *out, struct err *e)
{
	struct stat st;
	bool exists = stat(out, &st) == 0;

	if (!strcmp(out, "-"))
		return export_into(s, p, STDOUT_FILENO, e) < 0 ? err_ctx(e, "standard output") : 0;
	if (exists && !S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return export_special(s, p, out, e);
	if (ends_with(out, ".tar") || (exists && S_ISREG(st.st_mode)))
		return bundle_write_file(s, p->v, p->n, out, e);
	return layout_write(s, p->v, p->n, out, e);
}

int cmd_export(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(index) struct index x = {0};
	AUTO_DONE(picked) struct picked p = {0};
	const char *out = NULL;
	const struct opt own[] = {
		{OPT_TEXT, 'o', "output", "FILE|DIR", &out,
	         "an archive (NAME.tar, or - for stdout), or the folder of an OCI layout"},
	};
	int n = common_parse(&c, self, own, ARRAY_LEN(own), argc, argv, e);

	if (n < 0)
		return -1;
	if (!out)
		return err_set(e, ERR_USAGE, "where to? give -o FILE.tar, -o DIR or -o -");
	if (check_name(out, e) < 0)
		return -1;
	if (common_open(&c, &s, NULL, e) < 0 || index_read(&s, &x, e) < 0 ||
	    common_pick(&c, &x, argv + 1, n, &p, e) < 0)
		return -1;
	if (!p.n)
		return err_set(e, ERR_USAGE, "the store has no image yet: lili build makes them");
	if (export(&s, &p, out, e) < 0)
		return -1;
	log_say("%zu image%s -> %s", p.n, p.n == 1 ? "" : "s", out);
	return 0;
}
