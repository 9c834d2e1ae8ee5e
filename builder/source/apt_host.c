// SPDX-License-Identifier: Apache-2.0
#include "source/apt_host.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "base/fs.h"
#include "base/proc.h"

#define SOURCES_MAX ((size_t)4 << 20)

/* How an archive's signature is checked belongs to the archive's address; which architectures,
 * languages or targets the host wants from it does not. */
static const char *const lent_options[] = {
	"signed-by",  "trusted",         "check-valid-until", "valid-until-min", "valid-until-max",
	"check-date", "date-max-future", "allow-weak",        "by-hash",         "inrelease-path",
};

/* Prefixes of what `apt-config dump` prints. */
static const char *const lent_conf[] = {
	"Acquire::http",    "Acquire::ftp",           "Acquire::Force", "Acquire::Retries",
	"Acquire::Check-",  "Acquire::Max-ValidTime", "Acquire::Queue", "Acquire::ByHash",
	"Acquire::socks5h", "Acquire::tor",           "Acquire::By-",
};

static bool is_lent(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(lent_options); i++)
		if (strlen(lent_options[i]) == n && strncasecmp(lent_options[i], name, n) == 0)
			return true;
	return false;
}

/* deb [NAME=VALUE …] URI SUITE COMPONENT… */
static void line_options(const char *line, size_t n, struct buf *ret)
{
	const char *p = memchr(line, '[', n), *end = p ? memchr(p, ']', n - (p - line)) : NULL;

	if (!end)
		return;
	for (p++; p < end;) {
		size_t len = strcspn(p, " \t]"), name = strcspn(p, "=");
		const char *value = p + name + 1;

		if (name && name < len) {
			name -= p[name - 1] == '+'; /* NAME+=VALUE */
			if (is_lent(p, name)) {
				buf_printf(ret, "%.*s: ", (int)name, p);
				for (; value < p + len; value++)
					buf_put(ret, *value == ',' ? " " : value, 1);
				buf_add(ret, "\n");
			}
		}
		p += len;
		p += strspn(p, " \t");
	}
}

/* One line of a deb822 stanza; *keep says whether its field is one we take. */
static void field_line(const char *line, size_t n, bool *keep, struct buf *ret)
{
	if (*line == '#')
		return;
	if (!isblank((unsigned char)*line)) {
		const char *colon = memchr(line, ':', n);

		*keep = colon && is_lent(line, (size_t)(colon - line));
	}
	if (*keep)
		buf_printf(ret, "%.*s\n", (int)n, line);
}

/* The options of entry `number`: of a line in a list, of a stanza in a deb822 file. */
static void entry_options(const char *text, bool deb822, unsigned number, struct buf *ret)
{
	bool inside = false, keep = false;
	unsigned at = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");
		bool blank = strspn(text, " \t\r") >= n;

		if (!deb822) {
			if (++at == number)
				line_options(text, n, ret);
		} else if (blank) {
			inside = false;
		} else {
			/* A block of comments is no stanza. */
			if (!inside && *text != '#') {
				inside = true;
				at++;
			}
			if (inside && at == number)
				field_line(text, n, &keep, ret);
		}
		text += n + (text[n] == '\n');
	}
}

/* "FILE:NUMBER", as apt names an entry. */
static int read_options(const char *entry, struct arena *a, const char **ret, struct err *e)
{
	AUTO_DONE(buf) struct buf text = {0};
	AUTO_DONE(buf) struct buf options = {0};
	size_t n = strcspn(entry, ":");
	AUTO(str) char *path = mem_printf("%.*s", (int)n, entry);

	if (fs_read_file(AT_FDCWD, path, SOURCES_MAX, &text, e) < 0)
		return -1;
	entry_options(buf_str(&text), n > 8 && strcmp(path + n - 8, ".sources") == 0,
	              (unsigned)strtoul(entry + n + (entry[n] == ':'), NULL, 10), &options);
	*ret = arena_dup(a, buf_str(&options));
	return 0;
}

static bool wanted_component(const char *const *components, const char *name)
{
	for (; *components; components++)
		if (strcmp(*components, name) == 0)
			return true;
	return false;
}

static void source_add(struct apt_host *h, struct arena *a, const struct apt_source *s)
{
	struct apt_source *v = arena_alloc(a, h->n + 1, sizeof *v);

	if (h->n)
		memcpy(v, h->v, h->n * sizeof *v);
	v[h->n++] = *s;
	h->v = v;
}

static bool has_release(const struct apt_host *h, const char *release, const char *uri)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].release, release) == 0 &&
		    (!uri || strcmp(h->v[i].uri, uri) == 0))
			return true;
	return false;
}

/* "bookworm" and what is published beside it under the same name. */
static bool of_suite(const char *release, const char *suite)
{
	size_t n = strlen(suite);

	return strncmp(release, suite, n) == 0 &&
	       (!release[n] || !strcmp(release + n, "-updates") ||
	        !strcmp(release + n, "-security"));
}

/* RELEASE|COMPONENT|ARCHITECTURE|ENTRY|URI */
static int add_target(char *line, const char *suite, const char *const *components,
                      const char *arch, struct arena *a, struct apt_host *h, struct err *e)
{
	struct apt_source s = {0};
	char *field[5];

	for (size_t i = 0; i < ARRAY_LEN(field); i++)
		field[i] = i + 1 < ARRAY_LEN(field) ? strsep(&line, "|") : line;
	if (!field[4] || !of_suite(field[0], suite) || !wanted_component(components, field[1]) ||
	    strcmp(field[2], arch) != 0 || strncmp(field[4], "cdrom:", 6) == 0 ||
	    has_release(h, field[0], field[4]))
		return 0;
	s.release = arena_dup(a, field[0]);
	s.uri = arena_dup(a, field[4]);
	if (read_options(field[3], a, &s.options, e) < 0)
		return -1;
	source_add(h, a, &s);
	return 0;
}

static int read_sources(const char *suite, const char *const *components, const char *arch,
                        struct arena *a, struct apt_host *h, struct err *e)
{
	AUTO_DONE(buf) struct buf out = {0};
	AUTO(str) char *one = mem_printf("APT::Architecture=%s", arch);
	AUTO(str) char *all = mem_printf("APT::Architectures=%s", arch);
	/* Whether the host ever downloaded an index does not matter: no release info. */
	const char *const argv[] = {
		"apt-get",
		"indextargets",
		"--no-release-info",
		"-o",
		one,
		"-o",
		all,
		"--format",
		"$(RELEASE)|$(COMPONENT)|$(ARCHITECTURE)|$(SOURCESENTRY)|$(REPO_URI)",
		"Created-By: Packages",
		NULL};
	const char *const env[] = {"LC_ALL=C", NULL};
	char *next, *line;

	if (proc_run(&(struct proc){.argv = argv, .env = env, .out = &out}, NULL, e) < 0)
		return err_ctx(e, "ask apt for this host's sources");
	next = out.p;
	while (next && (line = strsep(&next, "\n")))
		if (*line && add_target(line, suite, components, arch, a, h, e) < 0)
			return -1;
	return 0;
}

static int read_conf(struct arena *a, struct apt_host *h, struct err *e)
{
	AUTO_DONE(buf) struct buf out = {0};
	AUTO_DONE(buf) struct buf conf = {0};
	const char *const dump[] = {"apt-config", "dump", NULL};
	/* Names without their paths would be looked for in a root that has none of them. */
	const char *const files[] = {"apt-config",
	                             "shell",
	                             "Dir::Etc::trusted",
	                             "Dir::Etc::trusted/f",
	                             "Dir::Etc::trustedparts",
	                             "Dir::Etc::trustedparts/d",
	                             "Dir::Etc::netrc",
	                             "Dir::Etc::netrc/f",
	                             "Dir::Etc::netrcparts",
	                             "Dir::Etc::netrcparts/d",
	                             NULL};
	const char *const env[] = {"LC_ALL=C", NULL};
	char *next, *line;

	if (proc_run(&(struct proc){.argv = dump, .env = env, .out = &out}, NULL, e) < 0)
		return err_ctx(e, "ask apt for this host's proxy");
	next = out.p;
	while (next && (line = strsep(&next, "\n")))
		for (size_t i = 0; i < ARRAY_LEN(lent_conf); i++)
			if (strncmp(line, lent_conf[i], strlen(lent_conf[i])) == 0) {
				buf_printf(&conf, "%s\n", line);
				break;
			}
	buf_done(&out);
	if (proc_run(&(struct proc){.argv = files, .env = env, .out = &out}, NULL, e) < 0)
		return err_ctx(e, "ask apt for this host's keys");
	next = out.p;
	while (next && (line = strsep(&next, "\n"))) {
		char *value = strchr(line, '=');
		size_t n = value ? strlen(value) : 0;

		if (n > 3) /* ='PATH' */
			buf_printf(&conf, "%.*s \"%.*s\";\n", (int)(value - line), line,
			           (int)(n - 3), value + 2);
	}
	h->conf = arena_dup(a, buf_str(&conf));
	return 0;
}

/* The suites without fixes beside them. */
static bool is_rolling(const char *suite)
{
	static const char *const names[] = {"sid", "unstable", "experimental", "rc-buggy"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(suite, names[i]) == 0)
			return true;
	return false;
}

static int no_source(const char *release, struct err *e)
{
	err_set(e, ERR_SPEC, "this host's apt has no source for %s", release);
	return err_hint(e,
	                "add its line to /etc/apt/sources.list.d (deb MIRROR %s main), or give "
	                "--mirror with every package of the lock",
	                release);
}

int apt_host_read(const char *suite, const char *const *components, const char *arch,
                  struct arena *a, struct apt_host *ret, struct err *e)
{
	struct apt_host h = {0};
	const char *updates = arena_printf(a, "%s-updates", suite);
	const char *security = arena_printf(a, "%s-security", suite);

	if (read_sources(suite, components, arch, a, &h, e) < 0 || read_conf(a, &h, e) < 0)
		return -1;
	if (!has_release(&h, suite, NULL))
		return no_source(suite, e);
	if (!is_rolling(suite)) {
		if (!has_release(&h, security, NULL))
			return no_source(security, e);
		/* -updates lies beside its suite on every mirror of it. */
		if (!has_release(&h, updates, NULL))
			for (size_t i = 0, n = h.n; i < n; i++) {
				struct apt_source s = h.v[i];

				if (strcmp(s.release, suite) != 0)
					continue;
				s.release = updates;
				source_add(&h, a, &s);
			}
	}
	*ret = h;
	return 0;
}
