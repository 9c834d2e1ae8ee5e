// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkup.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/log.h"
#include "base/proc.h"
#include "image/observe.h"
#include "net/http.h"
#include "ship/docker.h"
#include "source/apt_host.h"

/* Beside what is fetched, the layers made of it are written, which are about as large. */
#define DISK_FACTOR 2
#define DISK_LEAST ((uint64_t)1 << 30)

#define OTHER_PLACE "--store DIR or $LILI_STORE names another place"

static void add(struct checkup *c, enum finding_level level, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void add(struct checkup *c, enum finding_level level, const char *fix, const char *fmt, ...)
{
	char what[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	c->v = mem_grow(c->v, c->n + 1, sizeof *c->v);
	c->v[c->n++] =
		(struct finding){level, arena_dup(&c->arena, what), arena_dup(&c->arena, fix)};
}

static void add_err(struct checkup *c, enum finding_level level, const char *about,
                    const struct err *e)
{
	add(c, level, e->hint, "%s: %s", about, e->msg);
}

void checkup_done(struct checkup *c)
{
	json_decref(c->plan);
	definitions_done(&c->definitions);
	free(c->v);
	arena_done(&c->arena);
	*c = CHECKUP_NONE;
}

/* The nearest folder above that is there already. */
static const char *existing(struct arena *a, const char *path)
{
	char *p = arena_dup(a, path), *slash;

	while (access(p, F_OK) < 0 && (slash = strrchr(p, '/'))) {
		if (slash == p)
			return "/";
		*slash = '\0';
	}
	return access(p, F_OK) == 0 ? p : ".";
}

static void check_store(struct checkup *c)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	const char *at;
	struct stat st;

	if (store_look(&s, c->common->store, &c->store) < 0) {
		err_hint(&c->store, OTHER_PLACE);
		add(c, FINDING_FAIL, c->store.hint, "%s", c->store.msg);
		return;
	}
	at = existing(&c->arena, s.path);
	if (access(at, W_OK | X_OK) < 0 || stat(at, &st) < 0 || !S_ISDIR(st.st_mode))
		add(c, FINDING_FAIL, OTHER_PLACE, "store: %s cannot be written", at);
	else if (s.dirfd < 0)
		add(c, FINDING_OK, "", "store: %s will be made", s.path);
	else
		add(c, FINDING_OK, "", "store: %s is yours and can be written", s.path);
}

static void check_definitions(struct checkup *c)
{
	AUTO(str) char *images = mem_printf("%s/images", c->common->dir);
	struct definitions *d = &c->definitions;
	struct err e = {0};

	if (access(images, F_OK) < 0) {
		add(c, FINDING_WARN, "-C DIR names the folder that holds images/",
		    "definitions: there is no %s", images);
		return;
	}
	c->defined = definitions_open(d, c->common, NULL, 0, &e) == 0;
	if (c->defined)
		add(c, FINDING_OK, "", "definitions: %zu image%s in %s", d->spec.n,
		    d->spec.n == 1 ? "" : "s", d->spec.dir);
	else if (strcmp(e.msg, c->store.msg) != 0)
		add_err(c, FINDING_FAIL, "definitions", &e);
}

typedef void layer_check(struct checkup *c, const struct layer_spec *l);
static void each_layer(struct checkup *c, enum layer_kind kind, layer_check *check)
{
	const struct spec *s = &c->definitions.spec;

	for (size_t i = 0; c->defined && i < s->n; i++)
		for (size_t k = 0; k < s->v[i].nlayers; k++)
			if (s->v[i].layers[k].kind == kind)
				check(c, &s->v[i].layers[k]);
}

/* Each thing is said once, however many images use it. */
static bool is_said(const struct checkup *c, const char *what)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strncmp(c->v[i].what, what, strlen(what)))
			return true;
	return false;
}

static void check_program(struct checkup *c, const struct layer_spec *l)
{
	const char *about = arena_printf(&c->arena, "program %s:", l->program), *path;
	struct err e = {0};

	if (is_said(c, about))
		return;
	if (observe_find_program(c->common->dir, c->definitions.resolve.platform, l->program,
	                         &c->arena, &path, &e) == 0)
		add(c, FINDING_OK, "", "%s %s", about, path);
	else
		add(c, FINDING_FAIL, e.hint, "%s %s", about, e.msg);
}

static void check_suite(struct checkup *c, const struct layer_spec *l)
{
	static const char *const usual[] = {"main", NULL};
	const char *about = arena_printf(&c->arena, "apt, %s:", l->packages->suite);
	const char *const *components = l->packages->components.v;
	struct apt_host host;
	struct err e = {0};

	if (is_said(c, about) || !proc_exists("apt-get"))
		return;
	if (apt_host_read(l->packages->suite, components ? components : usual,
	                  c->definitions.resolve.platform->debian, &c->arena, &host, &e) == 0)
		add(c, FINDING_OK, "", "%s this host has it, with its security updates", about);
	else
		add(c, FINDING_FAIL, e.hint, "%s %s", about, e.msg);
}

static bool has_packages(const struct checkup *c)
{
	const struct spec *s = &c->definitions.spec;

	for (size_t i = 0; c->defined && i < s->n; i++)
		for (size_t k = 0; k < s->v[i].nlayers; k++)
			if (s->v[i].layers[k].kind == LAYER_PACKAGES)
				return true;
	return false;
}

/* Is there a payload with an address of this kind? */
static bool has_address(const struct checkup *c, const char *scheme)
{
	const struct payloads *p = &c->definitions.spec.payloads;

	for (size_t i = 0; c->defined && i < p->n; i++)
		for (size_t k = 0; k < p->v[i]->address.n; k++)
			if (!strncmp(p->v[i]->address.v[k], scheme, strlen(scheme)))
				return true;
	return false;
}

static void check_client(struct checkup *c, const char *name, bool wanted, const char *why)
{
	AUTO(str) char *fix = mem_printf("install it (%s), or build --offline with --mirror", why);

	if (proc_exists(name))
		add(c, FINDING_OK, "", "%s: installed", name);
	else
		add(c, wanted ? FINDING_FAIL : FINDING_WARN, fix, "%s: not installed", name);
}

static void check_pip(struct checkup *c)
{
	const char *const argv[] = {"python3", "-m", "pip", "--version", NULL};
	struct err e = {0};
	bool wanted = has_address(c, "pypi:");

	if (proc_exists("pip3") || proc_run(&(struct proc){.argv = argv}, NULL, &e) == 0)
		add(c, FINDING_OK, "", "pip: installed");
	else
		add(c, wanted ? FINDING_FAIL : FINDING_WARN,
		    "install python3-pip for pypi: payloads", "pip: not installed");
}

static void check_clients(struct checkup *c)
{
	bool packages = has_packages(c);
	struct docker engine;
	struct err e = {0};

	check_client(c, "apt-get", packages, "apt, for packages");
	check_client(c, "gpgv", packages, "gpgv, for apt's signatures");
	check_pip(c);
	if (http_check(&e) == 0)
		add(c, FINDING_OK, "", "https: libcurl is there");
	else
		add_err(c, has_address(c, "http") ? FINDING_FAIL : FINDING_WARN, "https", &e);
	e = (struct err){0};
	if (docker_open(&engine, &e) == 0)
		add(c, FINDING_OK, "", "engine: speaks API %s at %s", engine.version,
		    engine.socket);
	else
		add_err(c, FINDING_WARN, "engine", &e);
}

/* Certificates and signatures are judged by the clock; it cannot be before lili was built. */
static void check_clock(struct checkup *c)
{
	time_t now = time(NULL);
	char text[32];
	struct stat st;
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &tm);
	if (stat("/proc/self/exe", &st) == 0 && now < st.st_mtime)
		add(c, FINDING_FAIL, "set it: certificates and signatures will look not valid yet",
		    "clock: it is %s, which is before this lili was built", text);
	else
		add(c, FINDING_OK, "", "clock: %s", text);
}

static size_t count_unresolved(const json_t *plan)
{
	size_t i, k, n = 0;
	json_t *image, *layer;

	json_array_foreach(json_object_get(plan, "images"), i, image)
	{
		json_array_foreach(json_object_get(image, "layers"), k, layer)
		{
			const char *does = json_string_value(json_object_get(layer, "does"));

			n += does && !strcmp(does, "resolve");
		}
	}
	return n;
}

static void check_lock(struct checkup *c)
{
	struct definitions *d = &c->definitions;
	const char *profile = d->lock.profile;
	struct err e = {0};
	size_t missing;

	if (!c->defined)
		return;
	if (profile && strcmp(profile, pack_profile) != 0) {
		add(c, FINDING_WARN, "lili lock records this one; digests of blobs will change",
		    "lock: its profile is %s, this lili packs %s", profile, pack_profile);
		d->lock.profile = pack_profile; /* said already */
	}
	if (run_plan(&d->run, &c->plan, &e) < 0) {
		if (!is_said(c, "program ") || !strstr(e.msg, "program"))
			add_err(c, FINDING_FAIL, "plan", &e);
		return;
	}
	missing = count_unresolved(c->plan);
	if (access(d->lock.file, F_OK) < 0)
		add(c, FINDING_WARN, "lili lock makes it; then keep the file",
		    "lock: there is no %s", d->lock.file);
	else if (missing)
		add(c, FINDING_WARN, "lili lock finds it out; then keep the file",
		    "lock: %s does not answer for %zu layer%s", d->lock.file, missing,
		    missing == 1 ? "" : "s");
	else
		add(c, FINDING_OK, "", "lock: %s answers for everything", d->lock.file);
}

static void check_disk(struct checkup *c)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	json_int_t fetch = json_integer_value(json_object_get(c->plan, "fetchSize"));
	struct err ignored = {0};
	struct statvfs fs;
	uint64_t room, want = (uint64_t)fetch * DISK_FACTOR;
	const char *at;

	(void)!store_look(&s, c->common->store, &ignored);
	at = existing(&c->arena, s.path);
	if (statvfs(at, &fs) < 0) {
		add(c, FINDING_FAIL, "--store DIR names another place", "disk: %s: %s", at,
		    strerror(errno));
		return;
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room < (uint64_t)fetch)
		add(c, FINDING_FAIL, "lili cache gc, or --store DIR on another disk",
		    "disk: %s free at %s, %s are to be fetched", log_size(room), at,
		    log_size((unsigned long long)fetch));
	else if (room < want || room < DISK_LEAST)
		add(c, FINDING_WARN, "lili cache gc, or --store DIR on another disk",
		    "disk: %s free at %s, which is little", log_size(room), at);
	else
		add(c, FINDING_OK, "", "disk: %s free at %s, %s are to be fetched", log_size(room),
		    at, log_size((unsigned long long)fetch));
}

void checkup_run(struct checkup *c)
{
	check_store(c);
	check_definitions(c);
	each_layer(c, LAYER_PROGRAM, check_program);
	check_lock(c);
	check_disk(c);
	check_clock(c);
	check_clients(c);
	each_layer(c, LAYER_PACKAGES, check_suite);
}
