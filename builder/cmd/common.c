// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cmd/table.h"
#include "net/http.h"

#define OPTS_MAX 32
#define JOBS_UNSAID (~0U)

/* Waiting for a server takes no processor: as many at once on a small machine too. */
#define FETCHES_MIN 4

static unsigned cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned)n : 1;
}

/* What -j says goes for both. */
static void settle_jobs(struct common *c)
{
	c->fetches = c->jobs;
	if (c->jobs != JOBS_UNSAID)
		return;
	c->jobs = cpus();
	c->fetches = c->jobs < FETCHES_MIN ? FETCHES_MIN : c->jobs;
}

static void print_help(const struct command *self, const struct opt *opts, size_t n, size_t nown)
{
	printf("usage: lili %s [OPTION...]%s%s\n\n%s\n", self->name, *self->operands ? " " : "",
	       self->operands, self->help);
	if (nown) {
		printf("\noptions:\n");
		opt_help(opts, nown, stdout);
	}
	printf("\noptions of every command:\n");
	opt_help(opts + nown, n - nown, stdout);
}

/* The options of every command, as many as common_opts writes. */
#define COMMON_OPTS 11

static void common_opts(struct common *c, bool *help, struct opt ret[COMMON_OPTS])
{
	const struct opt everywhere[COMMON_OPTS] = {
		{OPT_TEXT,  'C', "dir",      "DIR",        &c->dir,      "holds images/; default: ."          },
		{OPT_TEXT,  0,   "store",    "DIR",        &c->store,    "default: $LILI_STORE, ~/.cache/lili"},
		{OPT_LIST,  0,   "mirror",   "DIR|URL",    &c->mirrors,  "ask this first for every file"      },
		{OPT_FLAG,  0,   "offline",  NULL,         &c->offline,  "no network; a mirror on disk is ok" },
		{OPT_FLAG,  0,   "locked",   NULL,         &c->locked,   "refuse what the lock does not know" },
		{OPT_LIST,  0,   "set",      "NAME=VALUE", &c->sets,     "a variable of the definitions"      },
		{OPT_COUNT, 'j', "jobs",     "N",          &c->jobs,     "at once; default: one a processor"  },
		{OPT_TEXT,  0,   "platform", "OS/ARCH",    &c->platform, "default: linux/amd64"               },
		{OPT_FLAG,  'q', "quiet",    NULL,         &c->quiet,    "results and errors only"            },
		{OPT_TEXT,  0,   "progress", "MODE",       &c->progress, "auto, tty, plain, json or quiet"    },
		{OPT_FLAG,  'h', "help",     NULL,         help,         "this text"                          },
	};

	memcpy(ret, everywhere, sizeof everywhere);
}

void common_command_first(int argc, char **argv)
{
	struct opt opts[COMMON_OPTS];
	struct common ignored;
	bool help;
	char *name;
	int at;

	common_opts(&ignored, &help, opts);
	at = opt_first_operand(opts, COMMON_OPTS, argc, argv);
	if (at == argc)
		return;
	name = argv[at];
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
	argv[1] = name;
}

int common_parse(struct common *c, const struct command *self, const struct opt *own, size_t nown,
                 int argc, char **argv, struct err *e)
{
	bool help = false;
	size_t n = nown + COMMON_OPTS;
	struct opt opts[OPTS_MAX];
	table_visit *visit;
	void *visit_ctx;
	int operands;

	if (n > OPTS_MAX)
		abort();
	if (nown)
		memcpy(opts, own, nown * sizeof *own);
	common_opts(c, &help, opts + nown);
	*c = (struct common){
		.dir = ".", .platform = "linux/amd64", .progress = "auto", .jobs = JOBS_UNSAID};
	visit = table_visitor(&visit_ctx);
	if (visit) {
		visit(visit_ctx, self, opts, nown, opts + nown, COMMON_OPTS);
		return -1;
	}
	operands = opt_parse(opts, n, argc, argv, e);
	if (operands < 0)
		return err_hint(e, "see lili %s --help", self->name);
	if (help) {
		print_help(self, opts, n, nown);
		return -1;
	}
	if (operands && !*self->operands)
		return err_set(e, ERR_USAGE, "%s takes no '%s'", self->name, argv[1]);
	if (!c->jobs)
		return err_set(e, ERR_USAGE, "--jobs: at least 1");
	settle_jobs(c);
	if (progress_open(c->quiet ? "quiet" : c->progress, e) < 0)
		return -1;
	return operands;
}

void common_done(struct common *c)
{
	opt_list_done(&c->mirrors);
	opt_list_done(&c->sets);
}

/* A folder that is not there is a slip of the fingers; a server may be down, and others are asked.
 */
static int check_mirrors(const struct common *c, struct err *e)
{
	for (size_t i = 0; i < c->mirrors.n; i++) {
		struct stat st;

		if (c->offline && !strncmp(c->mirrors.v[i], "http", 4) &&
		    strstr(c->mirrors.v[i], "://"))
			log_warn("--mirror %s is not asked: --offline",
			         http_shown(c->mirrors.v[i]));
		if (strstr(c->mirrors.v[i], "://"))
			continue;
		if (stat(c->mirrors.v[i], &st) < 0 || !S_ISDIR(st.st_mode))
			return err_set(e, ERR_USAGE, "--mirror %s: there is no such folder",
			               c->mirrors.v[i]);
	}
	return 0;
}

int common_open(const struct common *c, struct store *ret, struct fetch *ret_fetch, struct err *e)
{
	if (check_mirrors(c, e) < 0 ||
	    (c->looks ? store_look(ret, c->store, e) : store_open(ret, c->store, e)) < 0)
		return -1;
	if (ret_fetch)
		*ret_fetch = (struct fetch){
			.store = ret,
			.mirrors = c->mirrors.v,
			.nmirrors = c->mirrors.n,
			.offline = c->offline,
			.jobs = c->jobs,
			.fetches = c->fetches,
		};
	return 0;
}

static bool of_platform(const struct index_image *x, const char *platform)
{
	size_t n = strlen(x->os);

	return !strncmp(platform, x->os, n) && platform[n] == '/' &&
	       !strcmp(platform + n + 1, x->architecture);
}

static void pick(struct picked *p, const struct index_image *x)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] == x)
			return;
	p->v = mem_grow(p->v, p->n + 1, sizeof(void *));
	p->v[p->n++] = x;
}

/* A whole reference means that image, whatever else ends like it. */
static int pick_one(const struct common *c, const struct index *x, const char *name,
                    struct picked *p, struct err *e)
{
	const struct index_image *found = NULL, *second = NULL;

	for (size_t i = 0; i < x->n; i++) {
		const char *last = strrchr(x->v[i].ref, '/');

		if (!of_platform(&x->v[i], c->platform))
			continue;
		if (index_means(name, x->v[i].ref)) {
			pick(p, &x->v[i]);
			return 0;
		}
		if (!last || !index_means(name, last + 1))
			continue;
		second = found;
		found = &x->v[i];
	}
	if (second)
		return err_set(e, ERR_USAGE, "'%s' means both %s and %s", name, second->ref,
		               found->ref);
	if (!found) {
		err_set(e, ERR_USAGE, "there is no image '%s' in the store", name);
		return err_hint(e, "lili list shows what there is, lili build makes it");
	}
	pick(p, found);
	return 0;
}

int common_pick(const struct common *c, const struct index *x, char **names, int n,
                struct picked *ret, struct err *e)
{
	AUTO_DONE(picked) struct picked p = {0};

	for (size_t k = 0; n == 0 && k < x->n; k++)
		if (of_platform(&x->v[k], c->platform))
			pick(&p, &x->v[k]);
	for (int i = 0; i < n; i++)
		if (pick_one(c, x, names[i], &p, e) < 0)
			return -1;
	*ret = p;
	p = (struct picked){0};
	return 0;
}

void picked_done(struct picked *p)
{
	free(p->v);
	*p = (struct picked){0};
}
