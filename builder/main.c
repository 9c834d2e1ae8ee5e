// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/progress.h"
#include "base/stop.h"
#include "cmd/cmd.h"

#ifndef VERSION
#define VERSION "0.1"
#endif

static const struct command commands[] = {
	{"build",   cmd_build,   "[IMAGE...]",     "definitions -> images in the store"                         },
	{"lock",    cmd_lock,    "[IMAGE...]",     "resolve which bytes exactly, and record it"                 },
	{"plan",    cmd_plan,    "[IMAGE...]",     "what build would fetch, make and reuse, and why"            },
	{"mirror",  cmd_mirror,  "[IMAGE...]",     "every file of the lock -> a folder for --mirror"            },
	{"load",    cmd_load,    "[IMAGE...]",     "images of the store -> Docker or Podman"                    },
	{"export",  cmd_export,  "[IMAGE...]",     "images of the store -> archive or OCI layout"               },
	{"list",    cmd_list,    "",               "the images in the store"                                    },
	{"inspect", cmd_inspect, "IMAGE",          "what an image is made of and how it runs"                   },
	{"diff",    cmd_diff,    "A B",            "what differs between two images; exit 1 when something does"},
	{"verify",  cmd_verify,  "[IMAGE...]",
         "hash again what the store holds; --rebuild builds again and compares"                                 },
	{"cache",   cmd_cache,   "[ls|gc|verify]",
         "what the store holds and for whom; remove what nobody needs"                                          },
	{"doctor",  cmd_doctor,  "",               "what this machine lacks, and how to mend it"                },
	{"schema",  cmd_schema,  "KIND",           "JSON Schema of image, layers or payloads, for editors"      },
};

/* By exit code; 128+n is the signal n that ended it. */
static const char *const statuses[] = {
	"all is well",         "failed (a full disk too)", "wrong usage or definition",
	"network or registry", "authentication",           "integrity: a hash, a hostile archive",
};

static int usage(FILE *out, int status)
{
	fprintf(out, "usage: lili [OPTION...] COMMAND [IMAGE...]\n\ncommands:\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(out, "  %-8s %-14s %s\n", commands[i].name, commands[i].operands,
		        commands[i].help);
	fprintf(out,
	        "\nlili COMMAND --help shows a command's options, lili --version the version.\n"
	        "\nexit codes:\n");
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		fprintf(out, "  %-8zu %s\n", i, statuses[i]);
	fprintf(out, "  128+n    ended by signal n\n");
	return status;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct err e = {0};
	int answer = c->run(c, argc, argv, &e), sig = stop_asked();

	if (sig) {
		e = (struct err){0};
		answer = err_set(&e, ERR_SYS, "interrupted; what is finished is kept");
	}
	if (answer >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
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

int main(int argc, char **argv)
{
	fill_standard();
	stop_listen();
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return usage(stderr, 2);
	common_command_first(argc, argv);
	if (argv[1][0] == '-')
		return no_command(argc, argv);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return run(&commands[i], argc - 1, argv + 1);
	fprintf(stderr, "lili: there is no command '%s'\nhint: see lili --help\n", argv[1]);
	return 2;
}
