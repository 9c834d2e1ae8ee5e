// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/near.h"
#include "cmd/table.h"

/* Text for roff: nothing in it is a request, and dashes stay dashes. */
static void put(struct buf *b, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_add(b, "\\&");
	for (; *text; text++)
		switch (*text) {
		case '-':
			buf_add(b, "\\-");
			break;
		case '\\':
			buf_add(b, "\\e");
			break;
		case '~':
			buf_add(b, "\\(ti");
			break;
		default:
			buf_put(b, text, 1);
		}
}

static void title(struct buf *b, const char *name, const char *help)
{
	buf_add(b, ".TH ");
	for (const char *c = name; *c; c++)
		buf_printf(b, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	buf_add(b, " 1 \"\" \"lili " VERSION "\" \"lili\"\n.SH NAME\n");
	put(b, name);
	buf_add(b, " \\- ");
	put(b, help);
	buf_add(b, "\n");
}

static void terms(struct buf *b, const char *heading, const struct term *t)
{
	buf_printf(b, ".SH %s\n", heading);
	for (; t->name; t++) {
		buf_add(b, ".TP\n.B ");
		put(b, t->name);
		buf_add(b, "\n");
		put(b, t->help);
		buf_add(b, "\n");
	}
}

static void options(struct buf *b, const char *heading, const struct opt *opts, size_t n)
{
	if (n)
		buf_printf(b, ".SH %s\n", heading);
	for (size_t i = 0; i < n; i++) {
		const struct opt *o = &opts[i];

		buf_add(b, ".TP\n");
		if (o->short_name)
			buf_printf(b, "\\fB\\-%c\\fR, ", o->short_name);
		buf_add(b, "\\fB\\-\\-");
		put(b, o->long_name);
		buf_add(b, "\\fR");
		if (o->arg) {
			buf_add(b, " \\fI");
			put(b, o->arg);
			buf_add(b, "\\fR");
		}
		buf_add(b, "\n");
		put(b, o->help);
		buf_printf(b, "%s\n", o->type == OPT_LIST ? " (may be repeated)" : "");
	}
}

static void page_of_command(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                            const struct opt *every, size_t nevery)
{
	AUTO(str) char *name = mem_printf("lili-%s", c->name);
	struct buf *b = ctx;

	title(b, name, c->help);
	buf_printf(b, ".SH SYNOPSIS\n.B lili %s\n[\\fIOPTION\\fR...] ", c->name);
	put(b, c->operands);
	buf_add(b, "\n");
	options(b, "OPTIONS", own, nown);
	options(b, "OPTIONS OF EVERY COMMAND", every, nevery);
	terms(b, "EXIT STATUS", table_statuses);
	buf_add(b, ".SH SEE ALSO\n.BR lili (1)\n");
}

static void page_of_all(struct buf *b)
{
	title(b, "lili", "container images from pinned payloads, without daemon or root");
	buf_add(b, ".SH SYNOPSIS\n.B lili\n[\\fIOPTION\\fR...] \\fICOMMAND\\fR "
	           "[\\fIOPERAND\\fR...]\n.SH COMMANDS\n");
	for (const struct command *c = table_commands; c->name; c++) {
		buf_printf(b, ".TP\n\\fBlili %s\\fR ", c->name);
		put(b, c->operands);
		buf_add(b, "\n");
		put(b, c->help);
		buf_add(b, "\n");
	}
	terms(b, "EXIT STATUS", table_statuses);
	terms(b, "ENVIRONMENT", table_variables);
	terms(b, "FILES", table_files);
	buf_add(b, ".SH SEE ALSO\n");
	for (const struct command *c = table_commands; c->name; c++)
		buf_printf(b, ".BR lili\\-%s (1)%s\n", c->name, c[1].name ? "," : "");
}

static void page(const struct command *c, struct buf *b)
{
	if (c)
		table_show(c, page_of_command, b);
	else
		page_of_all(b);
}

/* c NULL: lili's own. */
static int write_page(int dirfd, const struct command *c, struct err *e)
{
	AUTO(str) char *name = c ? mem_printf("lili-%s.1", c->name) : mem_dup("lili.1");
	AUTO_DONE(buf) struct buf b = {0};

	page(c, &b);
	return fs_write_file(dirfd, name, b.p, b.len, e);
}

static int write_all(const char *dir, struct err *e)
{
	AUTO(fd) int dirfd = -1;

	if (fs_mkdirs(dir, e) < 0 || fs_open_dir(AT_FDCWD, dir, false, &dirfd, e) < 0 ||
	    write_page(dirfd, NULL, e) < 0)
		return -1;
	for (const struct command *c = table_commands; c->name; c++)
		if (write_page(dirfd, c, e) < 0)
			return -1;
	return 0;
}

static int no_command(const char *said, struct err *e)
{
	struct near near = {.word = said};

	for (const struct command *c = table_commands; c->name; c++)
		near_try(&near, c->name);
	err_set(e, ERR_USAGE, "there is no command '%s'", said);
	return near.best ? err_hint(e, "did you mean '%s'?", near.best) : -1;
}

int cmd_man(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common common = {0};
	AUTO_DONE(buf) struct buf b = {0};
	const struct command *c = NULL;
	const char *dir = NULL;
	const struct opt opts[] = {
		{OPT_TEXT, 'o', "output", "DIR", &dir, "write all pages there instead"},
	};
	int n = common_parse(&common, self, opts, ARRAY_LEN(opts), argc, argv, e);

	if (n < 0)
		return -1;
	if (n > 1)
		return err_set(e, ERR_USAGE, "man: which command? One, please");
	if (dir)
		return write_all(dir, e);
	if (n && !(c = table_find(argv[1])))
		return no_command(argv[1], e);
	page(c, &b);
	fputs(buf_str(&b), stdout);
	return 0;
}
