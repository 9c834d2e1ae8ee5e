// SPDX-License-Identifier: Apache-2.0
#include "source/apt_root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/proc.h"

/* Read before apt looks for any other configuration: with Dir::Etc here, the host's apt.conf.d, and
 * with it every hook, is never opened. */
static const char conf_text[] =
	"Dir \"/\";\n"
	"Dir::Etc \"%1$s/etc/\";\n"
	"Dir::Etc::parts \"/dev/null\";\n"
	"Dir::Etc::sourcelist \"/dev/null\";\n"
	"Dir::Etc::sourceparts \"%1$s/etc/sources.list.d/\";\n"
	"Dir::Etc::preferencesparts \"/dev/null\";\n"
	"Dir::State \"%1$s/\";\n"
	"Dir::State::lists \"%1$s/lists/\";\n"
	"Dir::State::status \"%1$s/status\";\n"
	"Dir::Cache \"%1$s/\";\n"
	"Dir::Cache::archives \"%1$s/archives/\";\n"
	"Dir::Log \"%1$s/\";\n"
	"APT::Architecture \"%2$s\";\n"
	"APT::Architectures { \"%2$s\"; };\n"
	"APT::Install-Recommends \"false\";\n"
	"APT::Install-Suggests \"false\";\n"
	"APT::Cmd::Pattern-Only \"true\";\n" /* a name that is unknown is no regular expression */
	"APT::Get::List-Cleanup \"false\";\n"
	"APT::Sandbox::User \"root\";\n" /* the store is closed to _apt */
	"Acquire::Languages \"none\";\n"
	"Acquire::ForceHash \"SHA256\";\n"
	"Acquire::AllowReleaseInfoChange \"true\";\n"; /* stable becomes oldstable one day */

/* Other archives may call a suite of theirs by the same name. */
static const char preferences_text[] = "Package: *\n"
				       "Pin: release o=Debian\n"
				       "Pin-Priority: 500\n"
				       "\n"
				       "Package: *\n"
				       "Pin: release o=*\n"
				       "Pin-Priority: -1\n";

static int lock_wait(int fd, const char *suite, struct err *e)
{
	int busy = fs_lock(fd, false, e);

	if (busy > 0) {
		log_say("another build is busy with packages of %s; waiting", suite);
		busy = fs_lock(fd, true, e);
	}
	return busy;
}

int apt_root_open(struct apt_root *r, struct store *s, const char *suite, const char *arch,
                  struct arena *a, struct err *e)
{
	static const char *const below[] = {"etc/sources.list.d", "lists/partial",
	                                    "archives/partial", "deb"};
	AUTO(str) char *store = realpath(s->path, NULL);

	if (!store)
		return err_sys(e, "find the store %s", s->path);
	/* apt.conf(5) has no way to write these. */
	if (strpbrk(store, "\"\\\n;"))
		return err_set(e, ERR_SPEC, "apt cannot work in %s: quote or backslash in it",
		               store);
	r->path = arena_printf(a, "%s/apt/%s-%s", store, suite, arch);
	r->env = arena_printf(a, "APT_CONFIG=%s/apt.conf", r->path);
	for (size_t i = 0; i < ARRAY_LEN(below); i++) {
		AUTO(str) char *dir = mem_printf("%s/%s", r->path, below[i]);

		if (fs_mkdirs(dir, e) < 0)
			return -1;
	}
	/* A host's proxy and addresses may have passwords in them. */
	if (chmod(r->path, 0700) < 0)
		return err_sys(e, "close %s to others", r->path);
	r->lock = open(arena_printf(a, "%s/lock", r->path), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (r->lock < 0)
		return err_sys(e, "open %s/lock", r->path);
	return lock_wait(r->lock, suite, e) < 0 ? err_ctx(e, "%s", r->path) : 0;
}

static void stanza(const struct apt_source *s, const char *const *components, const char *arch,
                   struct buf *ret)
{
	buf_printf(ret, "Types: deb\nURIs: %s\nSuites: %s\nComponents:", s->uri, s->release);
	for (; *components; components++)
		buf_printf(ret, " %s", *components);
	buf_printf(ret, "\nArchitectures: %s\nTargets: Packages\n%s\n", arch, s->options);
}

int apt_root_setup(const struct apt_root *r, const struct apt_host *h, const char *suite,
                   const char *const *components, const char *arch, struct err *e)
{
	AUTO_DONE(buf) struct buf conf = {0};
	AUTO_DONE(buf) struct buf sources = {0};
	AUTO(fd) int dir = -1, etc = -1, parts = -1;

	buf_printf(&conf, conf_text, r->path, arch);
	buf_add(&conf, h->conf);
	for (size_t i = 0; i < h->n; i++)
		stanza(&h->v[i], components, arch, &sources);
	if (fs_open_dir(AT_FDCWD, r->path, false, &dir, e) < 0 ||
	    fs_open_dir(dir, "etc", false, &etc, e) < 0 ||
	    fs_open_dir(etc, "sources.list.d", false, &parts, e) < 0 ||
	    fs_write_file(dir, "apt.conf", conf.p, conf.len, e) < 0 ||
	    fs_write_file(parts, "lili.sources", sources.p, sources.len, e) < 0 ||
	    fs_write_file(etc, "preferences", preferences_text, strlen(preferences_text), e) < 0)
		return err_ctx(e, "prepare apt for %s", suite);
	return 0;
}

/* apt says everything with exit status 100. */
static enum err_kind kind_of(const char *words)
{
	static const struct {
		const char *words;
		enum err_kind kind;
	} rows[] = {
		{"No space left on device",       ERR_SYS   },
		{"401  ",                         ERR_AUTH  },
		{"403  ",                         ERR_AUTH  },
		{"NO_PUBKEY",                     ERR_VERIFY},
		{"BADSIG",                        ERR_VERIFY},
		{"EXPKEYSIG",                     ERR_VERIFY},
		{"is not signed",                 ERR_VERIFY},
		{"t be verified",                 ERR_VERIFY},
		{"Hash Sum mismatch",             ERR_VERIFY},
		{"Release file for",              ERR_VERIFY}, /* … is expired, is not valid yet */
		{"Unable to locate package",      ERR_SPEC  },
		{"has no installation candidate", ERR_SPEC  },
		{"Unable to correct problems",    ERR_SPEC  },
		{"Packages need to be removed",   ERR_SPEC  },
		{"does not have a Release file",  ERR_NET   },
		{"Failed to fetch",               ERR_NET   },
		{"Some index files failed",       ERR_NET   },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strstr(words, rows[i].words))
			return rows[i].kind;
	return ERR_SYS;
}

int apt_root_run(const struct apt_root *r, const char *const *argv, struct buf *out, struct err *e)
{
	const char *const env[] = {r->env, "LC_ALL=C", NULL};

	if (proc_run(&(struct proc){.argv = argv, .env = env, .out = out}, NULL, e) == 0)
		return 0;
	e->kind = kind_of(e->msg);
	return -1;
}

void apt_root_done(struct apt_root *r)
{
	if (r->lock >= 0)
		close(r->lock);
	r->lock = -1;
}
