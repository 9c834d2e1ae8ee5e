// SPDX-License-Identifier: Apache-2.0
/* spark: picks one of the image's Spark lines and becomes its driver, its executor or any other
 * command.  Mesos' docker containerizer goes round it: what Spark needs is in the image's ENV. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/die.h"
#include "lib/env.h"
#include "lib/run.h"

enum { VERSION, HOME, HOMES };
static const struct var vars[] = {
	{"SPARK_VERSION", VAR_TEXT, NULL, "",           "an installed line: 3.5 or 3.5.9"        },
	{"SPARK_HOME",    VAR_PATH, NULL, "",           "Spark itself; SPARK_VERSION is stronger"},
	{"SPARK_HOMES",   VAR_PATH, NULL, "/usr/local", "where spark-VERSION-bin-... lie"        },
};
static const size_t nvars = sizeof vars / sizeof *vars;

static const char *const driver[] = {"spark-submit", "--deploy-mode", "client", NULL};
static const char *const executor[] = {
	"spark-class", "org.apache.spark.executor.CoarseGrainedExecutorBackend", NULL};
static const struct verb {
	const char *name;
	const char *const *words; /* the first is a script of the home */
	const char *help;
} verbs[] = {
	{"driver",   driver,   "spark-submit with ARGs; the driver runs here" },
	{"executor", executor, "an executor with the ARGs Mesos would give it"},
};
static const size_t nverbs = sizeof verbs / sizeof *verbs;

static void help(FILE *to)
{
	fputs("usage: spark [--check] driver|executor|COMMAND [ARG...]\n"
	      "       spark --help | --vars | --health\n\n",
	      to);
	for (size_t i = 0; i < nverbs; i++)
		fprintf(to, "  %-9s %s\n", verbs[i].name, verbs[i].help);
	fputs("  COMMAND   anything else, as given: spark-sql, spark-shell, pyspark, bash\n"
	      "  --check   say what would be run, and with which home\n"
	      "  --vars    the variables: name, default, meaning\n"
	      "  --health  0 while a Java process runs here\n",
	      to);
}

static _Noreturn void usage(const char *why, const char *what)
{
	help(stderr);
	die(DIE_USAGE, "%s%s", why, what);
}

static int is_home(const struct dirent *x)
{
	return !strncmp(x->d_name, "spark-", 6) && strstr(x->d_name, "-bin");
}

/* The newest home in `dir` of version `want`, or of the line it names ("3.5", "" for any); NULL
 * when there is none. */
static const char *find_home(const char *dir, const char *want)
{
	size_t len = strlen(want);
	struct dirent **list;
	int n = scandir(dir, &list, is_home, versionsort);
	char *home = NULL;

	while (!home && n-- > 0) {
		const char *version = list[n]->d_name + 6;

		if (!strncmp(version, want, len) && (!len || strchr(".-", version[len])) &&
		    asprintf(&home, "%s/%s", dir, list[n]->d_name) < 0)
			die(DIE_SYS, "out of memory");
	}
	return home;
}

/* " 3.4.4 3.5.9", of the homes in `dir`. */
static const char *installed(const char *dir)
{
	static char have[1024];
	struct dirent **list;
	int n = scandir(dir, &list, is_home, versionsort);

	for (int i = 0; i < n; i++) {
		const char *version = list[i]->d_name + 6;
		size_t len = strlen(have);

		snprintf(have + len, sizeof have - len, " %.*s",
		         (int)(strstr(version, "-bin") - version), version);
	}
	return n > 0 ? have : " none";
}

/* SPARK_HOME, and its bin in PATH before the other lines'.  "" when there is no Spark here. */
static const char *use_home(void)
{
	const char *home = env_value(&vars[HOME]), *homes = env_value(&vars[HOMES]);
	const char *want = env_value(&vars[VERSION]), *path = getenv("PATH");
	char *longer;

	if (*want || !*home)
		home = find_home(homes, want);
	if (!home && *want)
		die(DIE_USAGE, "SPARK_VERSION=%s is no Spark in %s, which has:%s", want, homes,
		    installed(homes));
	if (!home)
		return "";
	if (!path || !*path)
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	if (asprintf(&longer, "%s/bin:%s", home, path) < 0 || setenv("SPARK_HOME", home, 1) < 0 ||
	    setenv("PATH", longer, 1) < 0)
		die(DIE_SYS, "out of memory");
	return home;
}

/* The words a verb stands for, beginning with the home's own script; none for another command. */
static const char *const *expand(const char *home, const char *word)
{
	static const char *words[4];
	char *script;

	for (size_t i = 0; i < nverbs; i++) {
		if (strcmp(verbs[i].name, word) != 0)
			continue;
		if (!*home)
			die(DIE_USAGE, "there is no Spark in %s", env_value(&vars[HOMES]));
		if (asprintf(&script, "%s/bin/%s", home, verbs[i].words[0]) < 0)
			die(DIE_SYS, "out of memory");
		if (access(script, X_OK) < 0)
			die(DIE_USAGE, "SPARK_HOME is no Spark home: there is no %s; %s has:%s",
			    script, env_value(&vars[HOMES]), installed(env_value(&vars[HOMES])));
		words[0] = script;
		for (size_t n = 1; verbs[i].words[n]; n++)
			words[n] = verbs[i].words[n];
	}
	return words;
}

static int is_java(const char *pid)
{
	char file[64], comm[16] = "";
	FILE *f;

	snprintf(file, sizeof file, "/proc/%.20s/comm", pid);
	f = fopen(file, "re");
	if (f && !fgets(comm, sizeof comm, f))
		*comm = 0;
	if (f)
		fclose(f);
	return !strcmp(comm, "java\n");
}

/* An executor has no address of its own to ask: what can be known is whether its JVM is there. */
static int health(void)
{
	DIR *proc = opendir("/proc");

	for (struct dirent *x; proc && (x = readdir(proc));) {
		if (*x->d_name >= '1' && *x->d_name <= '9' && is_java(x->d_name)) {
			printf("Java runs as process %s\n", x->d_name);
			return 0;
		}
	}
	puts("no Java process runs here");
	return 1;
}

/* Runs `command`, or says what running it would be. */
static void start(char **command, int check)
{
	const char *home = use_home();
	const char *const *words = expand(home, *command);
	char **argv = run_argv(words, vars, nvars, command + (*words != NULL));
	const char *path;

	if (!check)
		run_exec(argv);
	path = getenv("PATH");
	printf("SPARK_HOME=%s\nPATH=%s\n", home, path ? path : "");
	run_print(argv);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	int check = !strcmp(word, "--check");

	if (!strcmp(word, "--help")) {
		help(stdout);
	} else if (!strcmp(word, "--vars")) {
		env_print(vars, nvars);
	} else if (!strcmp(word, "--health")) {
		return health();
	} else {
		env_check(vars, nvars);
		if (*word == '-' && !check)
			usage("no such option: ", word);
		if (argc == 1 + check)
			usage("nothing to run", "");
		start(argv + 1 + check, check);
	}
	return 0;
}
