// SPDX-License-Identifier: Apache-2.0
#include "source/pypi.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/progress.h"
#include "source/scratch.h"

AUTO_DEFINE(dir, DIR *, NULL, closedir)

/* pip asks a source archive for its metadata, and would run the archive's setup.py (or a backend
 * the archive brings along) to get it.  The process it starts for that reads this file first, and
 * takes our backend instead, which answers from the environment and opens nothing. */
static const char sitecustomize[] =
	"import os, sys\n"
	"for hooks in ('PEP517', '_PYPROJECT_HOOKS'):\n"
	"    if hooks + '_BUILD_BACKEND' in os.environ:\n"
	"        os.environ[hooks + '_BUILD_BACKEND'] = 'lili_backend'\n"
	"        os.environ.pop(hooks + '_BACKEND_PATH', None)\n"
	/* The host's own, if it has one: a site may set up its certificates there. */
	"here = os.path.dirname(os.path.abspath(__file__))\n"
	"ours, sys.path = sys.path, [p for p in sys.path if os.path.abspath(p) != here]\n"
	"me = sys.modules.pop('sitecustomize')\n"
	"try:\n"
	"    import sitecustomize\n"
	"except ImportError:\n"
	"    pass\n"
	"finally:\n"
	"    sys.path = ours\n"
	/* Python takes a module that is gone after its import for a failure, and says so. */
	"    sys.modules.setdefault('sitecustomize', me)\n";

static const char backend[] =
	"import os\n"
	"def get_requires_for_build_wheel(config_settings=None):\n"
	"    return []\n"
	"def prepare_metadata_for_build_wheel(folder, config_settings=None):\n"
	"    name, version = os.environ['LILI_PYPI'].split('==')\n"
	"    info = name.replace('-', '_') + '-' + version + '.dist-info'\n"
	"    os.mkdir(os.path.join(folder, info))\n"
	"    with open(os.path.join(folder, info, 'METADATA'), 'w') as f:\n"
	"        f.write('Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n' % (name, version))\n"
	"    with open(os.path.join(folder, info, 'WHEEL'), 'w') as f:\n"
	"        f.write('Wheel-Version: 1.0\\nGenerator: lili\\n'\n"
	"                'Root-Is-Purelib: true\\nTag: py3-none-any\\n')\n"
	"    return info\n"
	"def build_wheel(*args, **kwargs):\n"
	"    raise RuntimeError('nothing is built from an archive')\n";

/* NAME==VERSION and nothing that pip could take for an option, a file or an address. */
static int check_spec(const char *spec, struct err *e)
{
	static const char version[] = "+!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	const char *const name = version + strlen("+!");
	size_t n = strspn(spec, name), v = strncmp(spec + n, "==", 2) ? 0 : n + 2;

	if (n && *spec != '-' && *spec != '.' && v && spec[v] &&
	    !spec[v + strspn(spec + v, version)])
		return 0;
	return err_set(e, ERR_SPEC, "'%s' is not NAME==VERSION", spec);
}

static int write_shim(const struct scratch *s, struct err *e)
{
	AUTO(fd) int shim = -1;

	if (fs_open_dir(s->fd, "shim", true, &shim, e) < 0 ||
	    fs_write_file(shim, "sitecustomize.py", sitecustomize, strlen(sitecustomize), e) < 0)
		return -1;
	return fs_write_file(shim, "lili_backend.py", backend, strlen(backend), e);
}

/* pip writes the file somewhere below its folder while it comes; that is all it shows of it. */
static void count_bytes(void *ctx)
{
	const struct scratch *s = ctx;

	progress_reached(fs_tree_size(s->path));
}

static int run_pip(const struct scratch *s, const char *spec, struct err *e)
{
	const char *argv[] = {"python3",
	                      "-m",
	                      "pip",
	                      "download",
	                      "--quiet",
	                      "--no-input",
	                      "--disable-pip-version-check",
	                      "--no-cache-dir",
	                      "--no-deps",
	                      "--no-binary",
	                      ":all:",
	                      "--no-build-isolation",
	                      "--use-pep517",
	                      "--progress-bar",
	                      "off",
	                      "--dest",
	                      "got",
	                      spec,
	                      NULL};
	const char *old = getenv("PYTHONPATH");
	AUTO(str)
	char *path = mem_printf("PYTHONPATH=%s/shim%s%s", s->path, old && *old ? ":" : "",
	                        old ? old : "");
	AUTO(str) char *tmp = mem_printf("TMPDIR=%s", s->path);
	AUTO(str) char *what = mem_printf("LILI_PYPI=%s", spec);
	const char *const env[] = {path, tmp, what, "PYTHONDONTWRITEBYTECODE=1", NULL};
	struct proc p = {.argv = argv,
	                 .env = env,
	                 .cwd = s->path,
	                 .tick = count_bytes,
	                 .tick_ctx = (void *)(uintptr_t)s};
	int status;

	if (proc_run(&p, &status, e) == 0)
		return 0;
	if (status == 127 || strstr(e->msg, "No module named pip")) {
		argv[2] = "pip3";
		p.argv = argv + 2;
		if (proc_run(&p, &status, e) == 0)
			return 0;
	}
	if (strstr(e->msg, "No space left on device"))
		return -1;
	e->kind = ERR_NET;
	if (status == 127)
		err_hint(e,
		         "install pip (Debian: apt-get install python3-pip), or give --mirror DIR");
	return -1;
}

/* The one file pip left there. */
static int find_file(int got, char **ret, struct err *e)
{
	AUTO(fd) int copy = openat(got, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(dir) DIR *d = copy < 0 ? NULL : fdopendir(copy);
	AUTO(str) char *name = NULL;
	struct dirent *x;

	if (!d)
		return err_sys(e, "open pip's folder");
	take_fd(&copy);
	while ((x = readdir(d))) {
		if (x->d_name[0] == '.')
			continue;
		if (name)
			return err_set(e, ERR_NET, "pip fetched more than one file");
		name = mem_dup(x->d_name);
	}
	if (!name)
		return err_set(e, ERR_NET, "pip fetched nothing");
	*ret = take(&name);
	return 0;
}

int pypi_fetch(const struct fetch *f, const char *spec, struct checksum *want, struct err *e)
{
	AUTO_DONE(scratch) struct scratch s = SCRATCH_NONE;
	AUTO(fd) int got = -1;
	AUTO(fd) int fd = -1;
	AUTO(str) char *name = NULL;

	if (check_spec(spec, e) < 0)
		return -1;
	if (scratch_make(f->store, &s, e) < 0 || write_shim(&s, e) < 0 ||
	    fs_open_dir(s.fd, "got", true, &got, e) < 0)
		return -1;
	progress_via("pip");
	if (run_pip(&s, spec, e) < 0 || find_file(got, &name, e) < 0)
		return -1;
	fd = openat(got, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open %s", name);
	return fetch_adopt_at(f, fd, got, name, want, e);
}
