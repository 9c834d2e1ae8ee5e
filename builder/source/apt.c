// SPDX-License-Identifier: Apache-2.0
#include "source/apt.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>

#include "base/progress.h"
#include "source/apt_root.h"

static const char *const main_only[] = {"main", NULL};

/* Policy 5.6.7; anything else apt-get could take for an option, a file, a version or "remove". */
static bool is_package_name(const char *s)
{
	size_t n = strlen(s);

	if (n < 2 || !isalnum((unsigned char)*s) || s[n - 1] == '-')
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789+-.") == n;
}

static int check_request(const struct apt_request *q, struct err *e)
{
	if (!q->suite[0] ||
	    strspn(q->suite, "abcdefghijklmnopqrstuvwxyz0123456789+-.") < strlen(q->suite))
		return err_set(e, ERR_SPEC, "\"%s\" is not the name of a suite", q->suite);
	for (const char *const *p = q->install; *p; p++)
		if (!is_package_name(*p))
			return err_set(e, ERR_SPEC, "\"%s\" is not a package name", *p);
	return 0;
}

static const struct package *find_below(const struct apt_request *q, const char *name)
{
	for (size_t i = 0; i < q->nbelow; i++)
		for (size_t k = 0; k < q->below[i].n; k++)
			if (strcmp(q->below[i].v[k].name, name) == 0)
				return &q->below[i].v[k];
	return NULL;
}

static bool was_shown(const char *shown, const struct package *p)
{
	AUTO(str) char *line = mem_printf("Package: %s\n", p->name);
	const char *at = strstr(shown, line);

	return at && (at == shown || at[-1] == '\n');
}

/* Entries of dpkg's status file.  Packages the suite still has are known with their dependencies;
 * of a version that is gone name and version must do: it lacks nothing, and whatever it provided is
 * taken again. */
static void installed_stanzas(const char *shown, const struct apt_request *q, struct buf *ret)
{
	for (const char *p = shown; *p;) {
		size_t n = strcspn(p, "\n");

		buf_printf(ret, "%.*s\n", (int)n, p);
		if (strncmp(p, "Package:", 8) == 0)
			buf_add(ret, "Status: install ok installed\n");
		p += n + (p[n] == '\n');
	}
	for (size_t i = 0; i < q->nbelow; i++)
		for (size_t k = 0; k < q->below[i].n; k++) {
			const struct package *p = &q->below[i].v[k];

			if (!was_shown(shown, p))
				buf_printf(ret,
				           "\nPackage: %s\nStatus: install ok installed\n"
				           "Version: %s\nArchitecture: %s\n",
				           p->name, p->version, p->arch);
		}
}

static int write_status(const struct apt_root *r, const struct apt_request *q, struct arena *a,
                        struct err *e)
{
	AUTO_DONE(buf) struct buf shown = {0};
	AUTO_DONE(buf) struct buf status = {0};
	AUTO(fd) int dir = -1;
	const char **argv;
	struct err gone;
	size_t n = 3;

	for (size_t i = 0; i < q->nbelow; i++)
		n += q->below[i].n;
	argv = arena_alloc(a, n, sizeof *argv);
	argv[0] = "apt-cache";
	argv[1] = "show";
	n = 2;
	for (size_t i = 0; i < q->nbelow; i++)
		for (size_t k = 0; k < q->below[i].n; k++)
			argv[n++] = arena_printf(a, "%s=%s", q->below[i].v[k].name,
			                         q->below[i].v[k].version);
	if (fs_open_dir(AT_FDCWD, r->path, false, &dir, e) < 0 ||
	    fs_write_file(dir, "status", "", 0, e) < 0)
		return -1;
	if (n == 2)
		return 0;
	/* It shows what it knows, and fails when that is not all. */
	(void)apt_root_run(r, argv, &shown, &gone);
	installed_stanzas(buf_str(&shown), q, &status);
	return fs_write_file(dir, "status", buf_str(&status), status.len, e);
}

/* %3a and the like, as apt writes versions into file names and paths into addresses. */
static char *decoded(struct arena *a, const char *s, size_t n)
{
	char *out = arena_dupn(a, s, n), *to = out;

	for (const char *p = out; *p; p++) {
		char hex[3] = {p[0] == '%' ? p[1] : '\0', p[0] == '%' && p[1] ? p[2] : '\0', '\0'};

		if (isxdigit((unsigned char)hex[0]) && isxdigit((unsigned char)hex[1])) {
			*to++ = (char)strtoul(hex, NULL, 16);
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return out;
}

/* The address's part below the archive it belongs to. */
static int split_uri(const struct apt_host *h, const char *suite, char *uri, struct arena *a,
                     struct package *p, struct err *e)
{
	const struct apt_source *best = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct apt_source *s = &h->v[i];
		size_t n = strlen(s->uri);

		if (strncmp(uri, s->uri, n) == 0 && (!best || n > strlen(best->uri)))
			best = s;
	}
	if (!best)
		return err_set(e, ERR_SYS, "apt would fetch %s, which is in none of its sources",
		               uri);
	p->path = decoded(a, uri + strlen(best->uri), strlen(uri) - strlen(best->uri));
	p->archive = strcmp(best->release + strlen(suite), "-security") == 0 ? "security" : "";
	return 0;
}

/* 'URI' NAME_VERSION_ARCH.deb SIZE SHA256:HEX */
static int parse_uri_line(char *line, const struct apt_host *h, const char *suite, struct arena *a,
                          struct package *p, struct err *e)
{
	char *uri = strsep(&line, " "), *file = line ? strsep(&line, " ") : NULL;
	char *size = line ? strsep(&line, " ") : NULL, *end;
	size_t n = strlen(uri), name, version, arch;

	if (!size || !line || n < 2 || uri[0] != '\'' || uri[n - 1] != '\'')
		return err_set(e, ERR_SYS, "apt said something that is no address: %s", uri);
	uri[n - 1] = '\0';
	name = strcspn(file, "_");
	version = file[name] ? strcspn(file + name + 1, "_") : 0;
	arch = file[name] && file[name + 1 + version] ? strcspn(file + name + version + 2, ".") : 0;
	if (!name || !version || !arch)
		return err_set(e, ERR_SYS, "apt named a file that is no package: %s", file);
	p->name = decoded(a, file, name);
	p->version = decoded(a, file + name + 1, version);
	p->arch = decoded(a, file + name + version + 2, arch);
	p->size = strtoull(size, &end, 10);
	line[strcspn(line, " ")] = '\0';
	if (*end || strncmp(line, "SHA256:", 7) != 0 ||
	    digest_parse_hex(&p->sha256, line + 7, e) < 0)
		return err_set(e, ERR_VERIFY, "the archive vouches for %s with no sha256", p->name);
	return split_uri(h, suite, uri + 1, a, p, e);
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct package *)x)->name, ((const struct package *)y)->name);
}

static int parse_uris(char *out, const struct apt_host *h, const struct apt_request *q,
                      struct arena *a, struct package_set *ret, struct err *e)
{
	struct package_set set = {0};
	size_t lines = 0;
	char *line;

	for (const char *p = out; p && *p; p++)
		lines += *p == '\n';
	set.v = arena_alloc(a, lines + 1, sizeof *set.v);
	while (out && (line = strsep(&out, "\n"))) {
		struct package *p = &set.v[set.n];
		const struct package *old;

		if (*line != '\'') /* what it tells a person */
			continue;
		if (parse_uri_line(line, h, q->suite, a, p, e) < 0)
			return -1;
		set.n++;
		old = find_below(q, p->name);
		if (!old)
			continue;
		err_set(e, ERR_SPEC, "%s %s is needed, and a layer below has %s", p->name,
		        p->version, old->version);
		return err_hint(e, "renew the package lists of the lock together");
	}
	qsort(set.v, set.n, sizeof *set.v, by_name);
	*ret = set;
	return 0;
}

/* Which dependency cannot be met it says on stdout. */
static void say_unmet(char *out, struct err *e)
{
	char *unmet = out ? strstr(out, "unmet dependencies:") : NULL;

	if (!unmet)
		return;
	for (char *p = unmet; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	err_ctx(e, "%.1000s", unmet);
}

static int solve(const struct apt_root *r, const struct apt_host *h, const struct apt_request *q,
                 struct arena *a, struct package_set *ret, struct err *e)
{
	AUTO_DONE(buf) struct buf out = {0};
	const char **argv;
	size_t n = 0;

	while (q->install[n])
		n++;
	argv = arena_alloc(a, n + 7, sizeof *argv);
	argv[0] = "apt-get";
	argv[1] = "install";
	argv[2] = "--print-uris";
	argv[3] = "--no-remove";
	argv[4] = "-qy";
	argv[5] = "--";
	for (size_t i = 0; i < n; i++)
		argv[6 + i] = q->install[i];
	if (apt_root_run(r, argv, &out, e) == 0)
		return parse_uris(out.p, h, q, a, ret, e);
	if (e->kind == ERR_SPEC)
		say_unmet(out.p, e);
	return -1;
}

int apt_resolve(const struct fetch *f, const struct apt_request *q, struct arena *a,
                struct package_set *ret, struct err *e)
{
	const char *const *components = q->components ? q->components : main_only;
	const char *const update[] = {"apt-get", "update", "-qq", "--error-on=any", NULL};
	AUTO_DONE(apt_root) struct apt_root r = APT_ROOT_NONE;
	AUTO_DONE(arena) struct arena scratch = {0};
	AUTO(progress) struct progress *step = NULL;
	AUTO(str) char *what = mem_printf("packages of %s", q->suite);
	struct apt_host h;

	if (check_request(q, e) < 0)
		return -1;
	if (f->offline) {
		err_set(e, ERR_NET, "the packages of %s cannot be resolved offline", q->suite);
		return err_hint(e, "lock them once without --offline");
	}
	step = progress_begin(PROGRESS_RESOLVE, what, 0);
	if (apt_host_read(q->suite, components, q->arch, &scratch, &h, e) < 0 ||
	    apt_root_open(&r, f->store, q->suite, q->arch, &scratch, e) < 0 ||
	    apt_root_setup(&r, &h, q->suite, components, q->arch, e) < 0)
		return -1;
	if (apt_root_run(&r, update, NULL, e) < 0)
		return err_ctx(e, "read the index of %s", q->suite);
	if (write_status(&r, q, &scratch, e) < 0 || solve(&r, &h, q, a, ret, e) < 0)
		return err_ctx(e, "packages of %s", q->suite);
	progress_end(take(&step), 0);
	return 0;
}
