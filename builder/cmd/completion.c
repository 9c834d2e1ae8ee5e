// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <string.h>

#include "base/near.h"
#include "cmd/table.h"

/* What an option's argument, or an operand, can be completed to. */
enum value {
	VALUE_NONE,
	VALUE_ANY,
	VALUE_DIR,
	VALUE_FILE,
	VALUE_IMAGE,
	VALUE_COMMAND,
	VALUE_WORDS
};

static enum value value_of(const char *arg)
{
	if (!arg || !*arg)
		return VALUE_NONE;
	if (!strncmp(arg, "FILE", 4))
		return VALUE_FILE;
	if (!strncmp(arg, "DIR", 3))
		return VALUE_DIR;
	if (strstr(arg, "IMAGE"))
		return VALUE_IMAGE;
	if (strstr(arg, "COMMAND"))
		return VALUE_COMMAND;
	return strchr(arg, '|') ? VALUE_WORDS : VALUE_ANY;
}

/* "[ls|gc|verify]" as "ls gc verify". */
static void words_of(const char *operands, struct buf *b)
{
	for (; *operands; operands++)
		if (islower((unsigned char)*operands) || *operands == '|')
			buf_add(b, *operands == '|' ? " " : (char[2]){*operands, '\0'});
}

static void command_names(struct buf *b)
{
	for (const struct command *c = table_commands; c->name; c++)
		buf_printf(b, "%s%s", b->len ? " " : "", c->name);
}

static void dashed(struct buf *b, const struct opt *o, const char *between)
{
	if (o->short_name)
		buf_printf(b, "-%c%s", o->short_name, between);
	buf_printf(b, "--%s", o->long_name);
}

/* Text between single quotes of a shell, with `special` escaped as zsh wants it. */
static void quoted(struct buf *b, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_add(b, "'\\'");
		else if (strchr(special, *text))
			buf_add(b, "\\");
		buf_put(b, text, 1);
	}
}

/* What the scripts have in common: the options that take a value, each once, as patterns. */
struct values {
	struct buf dirs, files, others;
};

static void values_done(struct values *v)
{
	buf_done(&v->dirs);
	buf_done(&v->files);
	buf_done(&v->others);
}

static void add_value(struct values *v, const struct opt *o, bool own)
{
	enum value kind = value_of(o->arg);
	struct buf *to = &v->others;
	AUTO_DONE(buf) struct buf one = {0};

	if (!o->arg)
		return;
	/* What is a folder for one command may be a file for another. */
	if (kind == VALUE_DIR || kind == VALUE_FILE)
		to = own || kind == VALUE_FILE ? &v->files : &v->dirs;
	dashed(&one, o, " | ");
	if (!strstr(buf_str(to), buf_str(&one)))
		buf_printf(to, "%s%s", to->len ? " | " : "", buf_str(&one));
}

static void collect_values(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                           const struct opt *every, size_t nevery)
{
	(void)c;
	for (size_t i = 0; i < nown; i++)
		add_value(ctx, &own[i], true);
	for (size_t i = 0; i < nevery; i++)
		add_value(ctx, &every[i], false);
}

static void bash_command(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                         const struct opt *every, size_t nevery)
{
	struct buf *b = ctx;

	buf_printf(b, "\t%s)\n\t\toptions='", c->name);
	for (size_t i = 0; i < nown + nevery; i++) {
		buf_add(b, i ? " " : "");
		dashed(b, i < nown ? &own[i] : &every[i - nown], " ");
	}
	buf_add(b, "'\n\t\twords=");
	switch (value_of(c->operands)) {
	case VALUE_IMAGE:
		buf_add(b, "$(_lili_images \"$dir\")");
		break;
	case VALUE_COMMAND:
		buf_add(b, "$commands");
		break;
	case VALUE_WORDS:
		buf_add(b, "'");
		words_of(c->operands, b);
		buf_add(b, "'");
		break;
	default:
		break;
	}
	buf_add(b, "\n\t\t;;\n");
}

/* IMAGE is what a folder of the definitions is called. */
#define SHELL_IMAGES                                                                               \
	"_lili_images() {\n"                                                                       \
	"\tlocal file\n"                                                                           \
	"\tfor file in \"$1\"/images/*/image.json; do\n"                                           \
	"\t\t[ -e \"$file\" ] || continue\n"                                                       \
	"\t\tfile=${file%/image.json}\n"                                                           \
	"\t\techo \"${file##*/}\"\n"                                                               \
	"\tdone\n"                                                                                 \
	"}\n"

static void bash_script(struct buf *b)
{
	AUTO_DONE(values) struct values v = {0};
	AUTO_DONE(buf) struct buf names = {0};

	for (const struct command *c = table_commands; c->name; c++)
		table_show(c, collect_values, &v);
	command_names(&names);
	buf_printf(b,
	           "# bash completion of lili\n%s_lili() {\n"
	           "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	           "\tlocal command='' dir=. options='' words='' i\n\tlocal commands='%s'\n"
	           "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	           "\t\t[[ ${COMP_WORDS[i]} != @(-C|--dir) ]] || dir=${COMP_WORDS[i + 1]}\n"
	           "\t\tcase ${COMP_WORDS[i]} in\n"
	           "\t\t%s | %s | %s) ((i++)) ;;\n"
	           "\t\t-*) ;;\n"
	           "\t\t*) command=${command:-${COMP_WORDS[i]}} ;;\n"
	           "\t\tesac\n\tdone\n",
	           SHELL_IMAGES, buf_str(&names), buf_str(&v.dirs), buf_str(&v.files),
	           buf_str(&v.others));
	buf_printf(b,
	           "\tcase $prev in\n"
	           "\t%s) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") && return ;;\n"
	           "\t%s) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") && return ;;\n"
	           "\t%s) return ;;\n\tesac\n\tcase $command in\n\t'') words=$commands ;;\n",
	           buf_str(&v.dirs), buf_str(&v.files), buf_str(&v.others));
	for (const struct command *c = table_commands; c->name; c++)
		table_show(c, bash_command, b);
	buf_add(b, "\tesac\n\tcase $cur in\n\t-*) words=$options ;;\n\tesac\n"
	           "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
	           "complete -F _lili lili\n");
}

static void zsh_option(struct buf *b, const struct opt *o)
{
	enum value kind = value_of(o->arg);

	buf_add(b, o->type == OPT_LIST ? " \\\n\t\t\t'*'" : " \\\n\t\t\t");
	if (o->short_name)
		buf_printf(b, "{-%c,--%s}", o->short_name, o->long_name);
	else
		buf_printf(b, "--%s", o->long_name);
	buf_add(b, "'[");
	quoted(b, o->help, "[]:\\");
	buf_add(b, "]");
	if (o->arg) {
		buf_add(b, ":");
		quoted(b, o->arg, "[]:\\");
		buf_printf(b, ":%s",
		           kind == VALUE_DIR    ? "_files -/"
		           : kind == VALUE_FILE ? "_files"
		                                : "");
	}
	buf_add(b, "'");
}

static void zsh_command(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                        const struct opt *every, size_t nevery)
{
	struct buf *b = ctx;
	AUTO_DONE(buf) struct buf words = {0};

	buf_printf(b, "\t%s)\n\t\t_arguments", c->name);
	for (size_t i = 0; i < nown + nevery; i++)
		zsh_option(b, i < nown ? &own[i] : &every[i - nown]);
	switch (value_of(c->operands)) {
	case VALUE_IMAGE:
		buf_add(b, " \\\n\t\t\t'*:image:($(_lili_images .))'");
		break;
	case VALUE_COMMAND:
		command_names(&words);
		buf_printf(b, " \\\n\t\t\t'1:command:(%s)'", buf_str(&words));
		break;
	case VALUE_WORDS:
		words_of(c->operands, &words);
		buf_printf(b, " \\\n\t\t\t'1:what:(%s)'", buf_str(&words));
		break;
	default:
		break;
	}
	buf_add(b, "\n\t\t;;\n");
}

static void zsh_script(struct buf *b)
{
	buf_add(b, "#compdef lili\n" SHELL_IMAGES "_lili() {\n\tlocal -a commands\n\tcommands=(\n");
	for (const struct command *c = table_commands; c->name; c++) {
		buf_printf(b, "\t\t'%s:", c->name);
		quoted(b, c->help, "");
		buf_add(b, "'\n");
	}
	buf_add(b, "\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\treturn\n"
	           "\tfi\n\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (const struct command *c = table_commands; c->name; c++)
		table_show(c, zsh_command, b);
	buf_add(b, "\tesac\n}\n"
	           "if [ \"$funcstack[1]\" = _lili ]; then\n\t_lili \"$@\"\nelse\n"
	           "\tcompdef _lili lili\nfi\n");
}

static void fish_option(struct buf *b, const char *command, const struct opt *o)
{
	enum value kind = value_of(o->arg);

	buf_printf(b, "complete -c lili -n '__fish_seen_subcommand_from %s' -l %s", command,
	           o->long_name);
	if (o->short_name)
		buf_printf(b, " -s %c", o->short_name);
	if (kind == VALUE_DIR)
		buf_add(b, " -x -a '(__fish_complete_directories)'");
	else if (kind != VALUE_NONE)
		buf_add(b, kind == VALUE_FILE ? " -r -F" : " -x");
	buf_add(b, " -d '");
	quoted(b, o->help, "\\");
	buf_add(b, "'\n");
}

static void fish_command(void *ctx, const struct command *c, const struct opt *own, size_t nown,
                         const struct opt *every, size_t nevery)
{
	struct buf *b = ctx;
	AUTO_DONE(buf) struct buf words = {0};

	buf_printf(b, "complete -c lili -n __fish_use_subcommand -a %s -d '", c->name);
	quoted(b, c->help, "\\");
	buf_add(b, "'\n");
	if (value_of(c->operands) == VALUE_IMAGE)
		buf_add(&words, "(_lili_images)");
	else if (value_of(c->operands) == VALUE_COMMAND)
		command_names(&words);
	else
		words_of(c->operands, &words);
	if (words.len)
		buf_printf(b, "complete -c lili -n '__fish_seen_subcommand_from %s' -a '%s'\n",
		           c->name, buf_str(&words));
	for (size_t i = 0; i < nown + nevery; i++)
		fish_option(b, c->name, i < nown ? &own[i] : &every[i - nown]);
}

static void fish_script(struct buf *b)
{
	buf_add(b, "# fish completion of lili\nfunction _lili_images\n"
	           "\tfor file in images/*/image.json\n"
	           "\t\tbasename (dirname $file)\n\tend\nend\ncomplete -c lili -f\n");
	for (const struct command *c = table_commands; c->name; c++)
		table_show(c, fish_command, b);
}

static const struct shell {
	const char *name;
	void (*script)(struct buf *b);
} shells[] = {
	{"bash", bash_script},
	{"zsh",  zsh_script },
	{"fish", fish_script},
};

int cmd_completion(const struct command *self, int argc, char **argv, struct err *e)
{
	AUTO_DONE(common) struct common c = {0};
	AUTO_DONE(buf) struct buf b = {0};
	struct near near = {0};
	int n = common_parse(&c, self, NULL, 0, argc, argv, e);

	if (n < 0)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE, "completion: which shell? bash, zsh or fish");
	near.word = argv[1];
	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		near_try(&near, shells[i].name);
		if (strcmp(argv[1], shells[i].name) != 0)
			continue;
		shells[i].script(&b);
		fputs(buf_str(&b), stdout);
		return 0;
	}
	err_set(e, ERR_USAGE, "completion: '%s' is not a shell it knows", argv[1]);
	return near.best ? err_hint(e, "did you mean '%s'?", near.best)
	                 : err_hint(e, "it knows bash, zsh and fish");
}
