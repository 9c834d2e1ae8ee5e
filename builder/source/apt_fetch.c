// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "base/progress.h"
#include "source/apt_root.h"

#define HELPER "/usr/lib/apt/apt-helper"
/* What one run of the helper is given: enough to share a connection, not so much that another run
 * has nothing left to do. */
#define BATCH_FILES 16
#define BATCH_BYTES ((uint64_t)4 << 20)
#define JOBS_MAX 16

/* What the threads share; everything that changes is under the lock. */
struct work {
	const struct fetch *f;
	const char *suite;
	const struct package **todo;
	size_t n;
	const struct apt_root *root; /* from here on only when the host's mirrors are asked */
	const struct apt_host *host;
	struct progress *step;
	pthread_mutex_t lock;
	size_t next;
	bool failed;
	struct buf *gone; /* what the mirror lacks */
	struct err err;   /* the first */
	struct err wrong; /* other bytes than wanted, from a mirror */
};

/* `gone` are packages that the mirror has no more. */
static void work_failed(struct work *w, const struct err *e, const struct package *const *gone,
                        size_t ngone)
{
	pthread_mutex_lock(&w->lock);
	if (!w->failed)
		w->err = *e;
	w->failed = true;
	for (size_t i = 0; i < ngone; i++)
		buf_printf(w->gone, "%s%s %s", w->gone->len ? ", " : "", gone[i]->name,
		           gone[i]->version);
	pthread_mutex_unlock(&w->lock);
}

/* The next few packages, at most `max`; 0 when there are none or something failed. */
static size_t work_take(struct work *w, size_t max, const struct package *const **ret)
{
	uint64_t bytes = 0;
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	*ret = w->todo + w->next;
	while (!w->failed && n < max && w->next < w->n && bytes < BATCH_BYTES) {
		bytes += w->todo[w->next++]->size;
		n++;
	}
	pthread_mutex_unlock(&w->lock);
	return n;
}

static int side_by_side(struct work *w, void *(*part)(void *), struct err *e)
{
	unsigned jobs = w->f->jobs < 1 ? 1 : w->f->jobs > JOBS_MAX ? JOBS_MAX : w->f->jobs;
	pthread_t threads[JOBS_MAX];
	unsigned started = 0;

	w->next = 0;
	pthread_mutex_init(&w->lock, NULL);
	while (started + 1 < jobs && pthread_create(&threads[started], NULL, part, w) == 0)
		started++;
	part(w);
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_mutex_destroy(&w->lock);
	if (w->failed)
		*e = w->err;
	return w->failed ? -1 : 0;
}

static void *ask_mirrors(void *ctx)
{
	const struct package *const *p;
	struct work *w = ctx;

	while (work_take(w, 1, &p)) {
		struct err e = {0};
		int got = fetch_from_mirrors(w->f, &(*p)->sha256, (*p)->size, &(*p)->path, 1, &e);

		if (got < 0) {
			err_ctx(&e, "package %s", (*p)->name);
			work_failed(w, &e, NULL, 0);
		} else if (got) {
			progress_count(w->step, (*p)->size);
		} else if (e.kind) {
			err_ctx(&e, "package %s", (*p)->name);
			pthread_mutex_lock(&w->lock);
			w->wrong = e;
			pthread_mutex_unlock(&w->lock);
		}
	}
	return NULL;
}

/* Where the package may be: its own archive's addresses first.  NULL past the last one. */
static const char *base_uri(const struct work *w, const struct package *p, size_t at)
{
	bool security = strcmp(p->archive, "security") == 0;
	size_t n = strlen(w->suite);

	for (int own = 1; own >= 0; own--)
		for (size_t i = 0; i < w->host->n; i++) {
			const struct apt_source *s = &w->host->v[i];
			bool is_security = strcmp(s->release + n, "-security") == 0;

			/* -updates has its suite's addresses. */
			if (strcmp(s->release + n, "-updates") == 0 ||
			    (is_security == security) != own)
				continue;
			if (!at--)
				return s->uri;
		}
	return NULL;
}

/* apt wants what is no plain character in a path escaped.  A file is copied, or the helper would
 * leave a link to the mirror's. */
static char *package_uri(struct arena *a, const char *base, const char *path)
{
	bool file = strncmp(base, "file:", 5) == 0;
	AUTO_DONE(buf) struct buf b = {0};

	buf_printf(&b, "%s%s", file ? "copy:" : "", file ? base + 5 : base);
	for (; *path; path++)
		if (isalnum((unsigned char)*path) || strchr("/._-~:", *path))
			buf_put(&b, path, 1);
		else
			buf_printf(&b, "%%%02x", (unsigned char)*path);
	return arena_dup(a, buf_str(&b));
}

/* Takes into the store what the helper left; true when the package is there now. */
static bool take_download(const struct work *w, const struct package *p, struct err *e)
{
	struct digest want = p->sha256;
	uint64_t size = p->size;
	char hex[DIGEST_HEX_MAX];
	AUTO(str) char *path = mem_printf("%s/deb/%s", w->root->path, digest_hex(&want, hex));
	AUTO(fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (fetch_adopt(w->f, fd, path, &want, &size, e) == 0) {
		progress_count(w->step, size);
		return true;
	}
	(void)unlink(path);
	err_ctx(e, "package %s", p->name);
	return false;
}

static bool is_gone(const struct err *e)
{
	return strstr(e->msg, "404  ") || strstr(e->msg, "No such file or directory");
}

/* One address each for up to BATCH_FILES packages; what is still missing stays in `p`. */
static size_t fetch_round(const struct work *w, const struct package **p, size_t n, size_t round,
                          bool *gone, struct err *e)
{
	AUTO_DONE(arena) struct arena a = {0};
	const char *argv[4 + 3 * BATCH_FILES] = {HELPER, "-qq", "download-file"};
	size_t argc = 3, missing = 0;
	struct err said = {0};

	for (size_t i = 0; i < n; i++) {
		const char *base = base_uri(w, p[i], round);
		char hex[DIGEST_HEX_MAX];

		if (!base)
			continue;
		digest_hex(&p[i]->sha256, hex);
		argv[argc++] = package_uri(&a, base, p[i]->path);
		argv[argc++] = arena_printf(&a, "%s/deb/%s", w->root->path, hex);
		argv[argc++] = arena_printf(&a, "SHA256:%s", hex);
	}
	if (argc == 3)
		return n;
	(void)apt_root_run(w->root, argv, NULL, &said);
	for (size_t i = 0; i < n; i++)
		if (!take_download(w, p[i], &said))
			p[missing++] = p[i];
	if (missing) {
		if (!said.kind)
			err_set(&said, ERR_NET, "apt-helper left no file");
		*e = said;
		*gone = is_gone(&said);
		err_ctx(e, "package %s %s", p[0]->name, p[0]->version);
	}
	return missing;
}

static void *ask_host(void *ctx)
{
	const struct package *const *taken;
	struct work *w = ctx;
	size_t n;

	while ((n = work_take(w, BATCH_FILES, &taken))) {
		const struct package *left[BATCH_FILES];
		struct err e = {0};
		bool gone = false;

		memcpy(left, taken, n * sizeof *left);
		for (size_t round = 0; n && base_uri(w, left[0], round); round++)
			n = fetch_round(w, left, n, round, &gone, &e);
		if (n)
			work_failed(w, &e, left, gone ? n : 0);
	}
	return NULL;
}

static int larger_first(const void *x, const void *y)
{
	const struct package *a = *(const struct package *const *)x;
	const struct package *b = *(const struct package *const *)y;

	return (a->size < b->size) - (a->size > b->size);
}

/* What the store lacks, the large ones first: they decide when the last thread is done. */
static uint64_t find_missing(struct work *w, const struct package_set *set)
{
	uint64_t bytes = 0;

	w->n = 0;
	for (size_t i = 0; i < set->n; i++)
		if (!store_has(w->f->store->payloads, &set->v[i].sha256, NULL)) {
			w->todo[w->n++] = &set->v[i];
			bytes += set->v[i].size;
		}
	qsort(w->todo, w->n, sizeof *w->todo, larger_first);
	return bytes;
}

static int from_host(struct work *w, const struct package_set *set, struct err *e)
{
	static const char *const components[] = {"main", "contrib", "non-free", "non-free-firmware",
	                                         NULL};
	AUTO_DONE(apt_root) struct apt_root r = APT_ROOT_NONE;
	AUTO_DONE(arena) struct arena a = {0};
	struct apt_host h;
	const char *arch = "all";

	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->v[i].arch, "all") != 0)
			arch = set->v[i].arch;
	if (apt_host_read(w->suite, components, arch, &a, &h, e) < 0 ||
	    apt_root_open(&r, w->f->store, w->suite, arch, &a, e) < 0 ||
	    apt_root_setup(&r, &h, w->suite, components, arch, e) < 0)
		return -1;
	/* Another build may have fetched them while this one waited for the lock. */
	find_missing(w, set);
	if (!w->n)
		return 0;
	progress_via("apt-helper");
	w->host = &h;
	w->root = &r;
	return side_by_side(w, ask_host, e);
}

int apt_fetch(const struct fetch *f, const char *suite, const struct package_set *set,
              struct buf *ret_gone, struct err *e)
{
	AUTO_DONE(arena) struct arena a = {0};
	struct work w = {.f = f, .suite = suite, .gone = ret_gone};
	AUTO(progress) struct progress *step = NULL;
	uint64_t bytes;
	int done;

	w.todo = arena_alloc(&a, set->n, sizeof *w.todo);
	bytes = find_missing(&w, set);
	if (!w.n)
		return 0;
	w.step = step = progress_begin(PROGRESS_FETCH,
	                               arena_printf(&a, "%zu packages of %s", w.n, suite), bytes);
	if (f->nmirrors) {
		if (side_by_side(&w, ask_mirrors, e) < 0)
			return -1;
		find_missing(&w, set);
	}
	if (!w.n) {
		progress_end(take(&step), bytes);
		return 0;
	}
	if (f->offline && w.wrong.kind) {
		*e = w.wrong;
		return err_hint(e, "mend the mirror (lili mirror -o), or give another one");
	}
	if (f->offline) {
		err_set(e, ERR_NET, "package %s %s is not in the store", w.todo[0]->name,
		        w.todo[0]->version);
		return err_hint(e,
		                "build without --offline, or give --mirror a folder that has it");
	}
	done = from_host(&w, set, e);
	if (done == 0)
		progress_end(take(&step), bytes);
	if (ret_gone->len && e->kind == ERR_SYS)
		e->kind = ERR_NET;
	return done;
}
