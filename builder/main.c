// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/near.h"
#include "base/progress.h"
#include "base/stop.h"
#include "cmd/table.h"

static int usage(FILE *out, int status)
{
	fprintf(out, "usage: lili [OPTION...] COMMAND [IMAGE...]\n\ncommands:\n");
	for (const struct command *c = table_commands; c->name; c++)
		fprintf(out, "  %-10s %-21s %s\n", c->name, c->operands, c->help);
	fprintf(out, "\nlili help COMMAND shows a command's options, lili --version the version.\n"
	             "\nexit codes:\n");
	for (const struct term *t = table_statuses; t->name; t++)
		fprintf(out, "  %-8s %s\n", t->name, t->help);
	return status;
}

/* The other end of the pipe was closed, as head does when it has enough: no failure to speak of. */
static bool nobody_reads(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct err e = {0};
	int answer = c->run(c, argc, argv, &e), sig = stop_asked();
	bool lost;

	if (sig) {
		e = (struct err){0};
		answer = err_set(&e, ERR_SYS, "interrupted; what is finished is kept");
	}
	lost = answer >= 0 && (fflush(stdout) != 0 || ferror(stdout));
	if (lost && nobody_reads())
		sig = SIGPIPE;
	else if (lost)
		answer = err_set(&e, ERR_SYS, "writing to standard output failed");
	if (answer < 0 && e.kind != ERR_NONE)
		log_error(&e);
	progress_close();
	if (sig)
		return 128 + sig;
	return answer == CMD_NO ? 1 : err_exit_code(&e);
}

/* A file that got the number of a closed one would be written messages and results into.  What is
 * put there cannot be used, so writing results is still an error. */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", fcntl(STDIN_FILENO, F_GETFD) < 0 ? O_WRONLY : O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* Options, and no command behind them. */
static int no_command(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage(stdout, 0);
		if (!strcmp(argv[i], "--version"))
			return puts("lili " VERSION) < 0;
	}
	fputs("lili: which command?\nhint: see lili --help\n", stderr);
	return 2;
}

static int unknown_command(const char *said)
{
	struct near near = {.word = said};

	for (const struct command *c = table_commands; c->name; c++)
		near_try(&near, c->name);
	fprintf(stderr, "lili: there is no command '%s'\n", said);
	if (near.best)
		fprintf(stderr, "hint: did you mean '%s'?\n", near.best);
	else
		fputs("hint: see lili --help\n", stderr);
	return 2;
}

/* `lili help COMMAND` is `lili COMMAND --help`. */
static int help(int argc, char **argv)
{
	static char option[] = "--help";
	const struct command *c;

	if (argc < 3)
		return usage(stdout, 0);
	c = table_find(argv[2]);
	return c ? run(c, 2, (char *[]){argv[2], option, NULL}) : unknown_command(argv[2]);
}

int main(int argc, char **argv)
{
	const struct command *c;

	fill_standard();
	stop_listen();
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return usage(stderr, 2);
	common_command_first(argc, argv);
	if (argv[1][0] == '-')
		return no_command(argc, argv);
	if (!strcmp(argv[1], "help"))
		return help(argc, argv);
	c = table_find(argv[1]);
	if (c)
		return run(c, argc - 1, argv + 1);
	return unknown_command(argv[1]);
}
