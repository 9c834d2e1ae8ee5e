// SPDX-License-Identifier: Apache-2.0
#include "base/progress.h"

#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/show.h"
#include "base/stop.h"

#define TICK_LIVE 0.1 /* seconds */
#define TICK_LINES 0.5
#define HEARTBEAT 10.0    /* at the latest */
#define HEARTBEAT_MIN 2.0 /* or a tenth of the whole, but not more often */
#define RATE_MEMORY 3.0   /* seconds that a rate remembers */

static const struct {
	const char *name;
	bool announced; /* lines say when it begins, not when it ends */
} verbs[] = {
	[PROGRESS_FETCH] = {"fetch",   true },
	[PROGRESS_RESOLVE] = {"resolve", true },
	[PROGRESS_LAYER] = {"layer",   false},
	[PROGRESS_SEND] = {"send",    true },
};

struct progress {
	struct view v;          /* the first member: the list of views is that of steps */
	struct progress *outer; /* its thread's step before */
	char *name;
	char via[128];
	uint64_t sampled, told;
	double began, sampled_at, told_at;
	bool announced;
};

/* Everything is under the lock. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t ticker;
	bool open, ticking, closing;
	enum show_mode mode;
	struct view *steps;
	unsigned last_id;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct progress *mine;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct progress *step_of(struct view *v)
{
	return (struct progress *)v;
}

/* --- opening --- */

static bool is_set(const char *name)
{
	const char *text = getenv(name);

	return text && *text;
}

static bool is_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static bool wants_colour(void)
{
	const char *force = getenv("CLICOLOR_FORCE");

	if (is_set("NO_COLOR"))
		return false;
	return is_terminal() || (force && *force && strcmp(force, "0") != 0);
}

static void sink(enum log_level level, const char *text)
{
	pthread_mutex_lock(&all.lock);
	show_line(all.mode, level, text, all.steps);
	pthread_mutex_unlock(&all.lock);
}

int progress_open(const char *mode, struct err *e)
{
	if (!strcmp(mode, "auto"))
		mode = is_terminal() && !is_set("CI") ? "tty" : "plain";
	if (!strcmp(mode, "tty"))
		all.mode = SHOW_LIVE;
	else if (!strcmp(mode, "json"))
		all.mode = SHOW_JSON;
	else if (!strcmp(mode, "quiet"))
		log_quiet = true;
	else if (strcmp(mode, "plain") != 0)
		return err_set(e, ERR_USAGE,
		               "--progress %s: auto, tty, plain, json and quiet are known", mode);
	log_colour = wants_colour() && all.mode != SHOW_JSON;
	all.open = true;
	log_sink = sink;
	if (all.mode == SHOW_LIVE)
		stop_farewell(SHOW_ERASE);
	return 0;
}

void progress_close(void)
{
	pthread_mutex_lock(&all.lock);
	all.closing = true;
	if (all.ticking)
		pthread_cond_signal(&all.wake);
	pthread_mutex_unlock(&all.lock);
	if (all.ticking)
		pthread_join(all.ticker, NULL);
	all.ticking = false;
	if (all.open && all.mode == SHOW_LIVE)
		show_live(NULL);
	log_sink = NULL;
}

/* --- time --- */

static void sample(struct progress *p, double t)
{
	double dt = t - p->sampled_at, keep;

	p->v.seconds = t - p->began;
	if (dt < TICK_LIVE / 2)
		return;
	keep = p->v.rate > 0 ? RATE_MEMORY / (RATE_MEMORY + dt) : 0;
	p->v.rate = p->v.rate * keep + (double)(p->v.done - p->sampled) / dt * (1 - keep);
	p->sampled = p->v.done;
	p->sampled_at = t;
}

static void heartbeat(struct progress *p, double t)
{
	bool due = t - p->told_at >= HEARTBEAT;

	if (t - p->told_at >= HEARTBEAT_MIN && p->v.total && p->v.done - p->told >= p->v.total / 10)
		due = true;
	if (!due)
		return;
	p->told_at = t;
	p->told = p->v.done;
	p->announced = false;
	show_step(all.mode, &p->v);
}

static void tick(void)
{
	double t = now();

	for (struct view *v = all.steps; v; v = v->next) {
		sample(step_of(v), t);
		if (all.mode != SHOW_LIVE)
			heartbeat(step_of(v), t);
	}
	if (all.mode == SHOW_LIVE && all.steps)
		show_live(all.steps);
}

static void *tick_on(void *arg)
{
	pthread_mutex_lock(&all.lock);
	while (!all.closing) {
		struct timespec t;
		long wait = (long)((all.mode == SHOW_LIVE ? TICK_LIVE : TICK_LINES) * 1e9);

		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_nsec += wait;
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&all.wake, &all.lock, &t);
		if (!all.closing)
			tick();
	}
	pthread_mutex_unlock(&all.lock);
	return arg;
}

/* Only when there is something to tell: a build that makes nothing needs no thread. */
static void start_ticker(void)
{
	pthread_condattr_t attr;

	if (all.ticking || !all.open || log_quiet)
		return;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&all.wake, &attr);
	pthread_condattr_destroy(&attr);
	all.ticking = pthread_create(&all.ticker, NULL, tick_on, NULL) == 0;
}

/* --- steps --- */

__attribute__((format(printf, 1, 2))) static void say(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (log_quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	show_line(all.mode, LOG_SAY, text, all.steps);
}

static void announce(const struct progress *p)
{
	uint64_t total = p->v.total;

	if (all.mode == SHOW_JSON && !log_quiet)
		show_begin(&p->v);
	else if (all.mode == SHOW_LINES && p->announced)
		say("%s %s%s%s%s", p->v.verb, p->name, total ? " (" : "",
		    total ? log_size(total) : "", total ? ")" : "");
}

struct progress *progress_begin(enum progress_verb verb, const char *name, uint64_t total)
{
	struct progress *p = mem_alloc(1, sizeof *p);
	struct view **at = &all.steps;

	p->name = mem_dup(name);
	p->v.verb = verbs[verb].name;
	p->v.name = p->name;
	p->v.via = p->via;
	p->v.total = total;
	p->announced = verbs[verb].announced;
	p->began = p->sampled_at = p->told_at = now();
	p->outer = mine;
	mine = p;
	pthread_mutex_lock(&all.lock);
	p->v.id = ++all.last_id;
	while (*at)
		at = &(*at)->next;
	*at = &p->v;
	start_ticker();
	if (all.open)
		announce(p);
	pthread_mutex_unlock(&all.lock);
	return p;
}

static void end_line(const struct progress *p, bool ok, uint64_t size)
{
	if (all.mode == SHOW_JSON && !log_quiet)
		show_end(&p->v, ok, size);
	else if (all.mode == SHOW_LIVE && !ok)
		show_live(all.steps);
	else if (ok && (all.mode == SHOW_LIVE || !p->announced))
		say("%s %s: %s%s%.1f s", p->v.verb, p->name, size ? log_size(size) : "",
		    size ? ", " : "", p->v.seconds);
}

static void finish(struct progress *p, bool ok, uint64_t size)
{
	struct view **at = &all.steps;

	pthread_mutex_lock(&all.lock);
	while (*at != &p->v)
		at = &(*at)->next;
	*at = p->v.next;
	p->v.seconds = now() - p->began;
	if (all.open)
		end_line(p, ok, size);
	pthread_mutex_unlock(&all.lock);
	mine = p->outer;
	free(p->name);
	free(p);
}

void progress_end(struct progress *p, uint64_t size)
{
	finish(p, true, size);
}

void progress_drop(struct progress *p)
{
	finish(p, false, 0);
}

struct progress *progress_mine(void)
{
	return mine;
}

/* With the lock held.  What is counted may be more than the file (bytes on a disk, where a tool
 * unpacks it beside itself) and go away again: neither is told, and the rate is of what grew. */
static void advance(struct progress *p, uint64_t at)
{
	if (p->v.total && at > p->v.total)
		at = p->v.total;
	if (at > p->v.done)
		p->v.done = at;
}

void progress_count(struct progress *p, uint64_t n)
{
	if (!p)
		return;
	pthread_mutex_lock(&all.lock);
	advance(p, p->v.done + n);
	pthread_mutex_unlock(&all.lock);
}

void progress_from(uint64_t at, uint64_t total)
{
	if (!mine)
		return;
	pthread_mutex_lock(&all.lock);
	mine->v.done = mine->sampled = mine->told = at;
	if (total)
		mine->v.total = total;
	pthread_mutex_unlock(&all.lock);
}

void progress_reached(uint64_t at)
{
	if (!mine)
		return;
	pthread_mutex_lock(&all.lock);
	advance(mine, at);
	pthread_mutex_unlock(&all.lock);
}

void progress_via(const char *via)
{
	if (!mine)
		return;
	pthread_mutex_lock(&all.lock);
	snprintf(mine->via, sizeof mine->via, "%s", via);
	if (all.open && all.mode == SHOW_JSON && !log_quiet)
		show_step(all.mode, &mine->v);
	else if (all.open && all.mode == SHOW_LINES)
		say("%s %s: from %s", mine->v.verb, mine->name, via);
	pthread_mutex_unlock(&all.lock);
}
