// SPDX-License-Identifier: Apache-2.0
#include "cmd/table.h"

#include <string.h>

/* clang-format off */
const struct command table_commands[] = {
	{"build",      cmd_build,      "[IMAGE...]",             "definitions -> images in the store"                         },
	{"lock",       cmd_lock,       "[IMAGE...]",             "resolve which bytes exactly, and record it"                 },
	{"plan",       cmd_plan,       "[IMAGE...]",             "what build would fetch, make and reuse, and why"            },
	{"mirror",     cmd_mirror,     "[IMAGE...]",             "every file of the lock -> a folder for --mirror"            },
	{"load",       cmd_load,       "[IMAGE...]",             "images of the store -> Docker or Podman"                    },
	{"export",     cmd_export,     "[IMAGE...]",             "images of the store -> archive or OCI layout"               },
	{"list",       cmd_list,       "",                       "the images in the store"                                    },
	{"inspect",    cmd_inspect,    "IMAGE",                  "what an image is made of and how it runs"                   },
	{"diff",       cmd_diff,       "IMAGE IMAGE",            "what differs between two images; exit 1 when something does"},
	{"verify",     cmd_verify,     "[IMAGE...]",             "hash the store again; --rebuild builds again and compares"  },
	{"cache",      cmd_cache,      "[ls|gc|verify]",         "what the store holds and for whom; remove what nobody needs"},
	{"doctor",     cmd_doctor,     "",                       "what this machine lacks, and how to mend it"                },
	{"schema",     cmd_schema,     "image|layers|payloads",  "JSON Schema of definitions, for editors"                    },
	{"man",        cmd_man,        "[COMMAND]",              "the manual page of a command, or of lili: | man -l -"       },
	{"completion", cmd_completion, "bash|zsh|fish",          "what lets a shell complete commands, options and images"    },
	{0},
};

/* By exit code. */
const struct term table_statuses[] = {
	{"0",     "all is well"                          },
	{"1",     "failed (a full disk too)"             },
	{"2",     "wrong usage or definition"            },
	{"3",     "network or registry"                  },
	{"4",     "authentication"                       },
	{"5",     "integrity: a hash, a hostile archive" },
	{"128+n", "ended by signal n"                    },
	{0},
};

const struct term table_variables[] = {
	{"LILI_STORE",       "the store, unless --store names one; default: lili in $XDG_CACHE_HOME or ~/.cache"},
	{"LILI_PROGRAMS",    "a folder of static programs for images, looked into before out/"                  },
	{"LILI_NET_TRIES",   "how often in a row a download is tried without progress"                          },
	{"LILI_NET_TIMEOUT", "seconds of silence before a connection is given up"                               },
	{"DOCKER_HOST",      "unix:// and the socket of the engine that lili load speaks to"                    },
	{"SSL_CERT_FILE",    "trusted certificates instead of the system's; CURL_CA_BUNDLE is stronger"         },
	{"NO_COLOR",         "when not empty: no colours; CLICOLOR_FORCE asks for them off a terminal"          },
	{0},
};

const struct term table_files[] = {
	{"images/NAME/image.json",    "an image"                                                     },
	{"images/layers/NAME.json",   "layers that images share"                                     },
	{"images/payloads.json",      "upstream files, by name"                                      },
	{"images/lock.json",          "which bytes exactly; written by lili lock, to be committed"   },
	{"out/NAME",                  "a static program for images; for another platform out/OS-ARCH"},
	{0},
};
/* clang-format on */

const struct command *table_find(const char *name)
{
	for (const struct command *c = table_commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* The options are a table in the command's own function, for they point to its variables. */
static table_visit *visitor;
static void *visitor_ctx;

void table_show(const struct command *c, table_visit *visit, void *ctx)
{
	char name[64];
	char *argv[] = {name, NULL};
	struct err ignored = {0};

	snprintf(name, sizeof name, "%s", c->name);
	visitor = visit;
	visitor_ctx = ctx;
	(void)c->run(c, 1, argv, &ignored);
	visitor = NULL;
}

table_visit *table_visitor(void **ret_ctx)
{
	*ret_ctx = visitor_ctx;
	return visitor;
}
