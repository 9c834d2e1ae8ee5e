// SPDX-License-Identifier: Apache-2.0
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/base.h"
#include "base/mem.h"
#include "base/stop.h"

#define STDERR_KEPT ((size_t)4096)
#define TICK_MS 500
#define GRACE_TICKS 3 /* from asking a client to end to ending it */

static void child(const struct proc *p, int out, int errs)
{
	int null = open("/dev/null", O_RDWR);
	const char *name = p->argv[0];

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, 0);
	dup2(out >= 0 ? out : null, 1);
	dup2(errs, 2);
	if (p->cwd && chdir(p->cwd) < 0)
		_exit(126);
	for (const char *const *v = p->env; v && *v; v++)
		putenv((char *)(uintptr_t)*v);
	execvp(name, (char *const *)(uintptr_t)p->argv);
	/* EACCES may be that of a folder in PATH that is closed to us. */
	_exit(errno == ENOENT || (!strchr(name, '/') && !proc_exists(name)) ? 127 : 126);
}

/* Keeps the end of what a client says. */
static void trim(struct buf *errs)
{
	if (errs->len <= 4 * STDERR_KEPT)
		return;
	memmove(errs->p, errs->p + errs->len - STDERR_KEPT, STDERR_KEPT);
	errs->len = STDERR_KEPT;
	errs->p[STDERR_KEPT] = '\0';
}

static void read_some(struct pollfd *fd, struct buf *to)
{
	char bytes[8192];
	ssize_t n;

	if (fd->fd < 0 || !fd->revents)
		return;
	n = read(fd->fd, bytes, sizeof bytes);
	if (n <= 0 && !(n < 0 && errno == EINTR))
		fd->fd = -1;
	else if (n > 0 && to)
		buf_put(to, bytes, (size_t)n);
}

/* Asks the client and what it started to end, once; later on, ends them. */
static void end_client(pid_t pid, unsigned asked)
{
	if (asked == 0)
		kill(-pid, SIGTERM);
	else if (asked == GRACE_TICKS)
		kill(-pid, SIGKILL);
}

/* Reads both pipes until both are closed. */
static void drain(const struct proc *p, pid_t pid, int out, int errs, struct buf *words)
{
	struct pollfd fds[3] = {
		{.fd = out,       .events = POLLIN},
		{.fd = errs,      .events = POLLIN},
		{.fd = stop_fd(), .events = POLLIN},
	};
	unsigned asked = 0;

	while ((fds[0].fd >= 0 || fds[1].fd >= 0) && asked <= 2 * GRACE_TICKS) {
		int got = poll(fds, ARRAY_LEN(fds), TICK_MS);

		if (got < 0 && errno != EINTR)
			return;
		if (got <= 0 && p->tick)
			p->tick(p->tick_ctx);
		if (stop_asked()) {
			fds[2].fd = -1;
			if (got <= 0 || !asked)
				end_client(pid, asked++);
		}
		if (got <= 0)
			continue;
		read_some(&fds[0], p->out);
		read_some(&fds[1], words);
		trim(words);
	}
}

/* The last lines of what the client said, as one line. */
static const char *last_words(struct buf *errs)
{
	char *p = errs->p;
	size_t n = errs->len;

	while (n && (p[n - 1] == '\n' || p[n - 1] == ' '))
		n--;
	if (!n)
		return "it said nothing";
	p[n] = '\0';
	if (n > 1000)
		p += n - 1000;
	for (char *q = p; *q; q++)
		if ((unsigned char)*q < ' ')
			*q = *q == '\n' ? ';' : ' ';
	return p;
}

int proc_run(const struct proc *p, int *ret_status, struct err *e)
{
	AUTO_DONE(buf) struct buf words = {0};
	int out[2] = {-1, -1}, errs[2], status;
	const char *name = p->argv[0];
	pid_t pid;

	if (ret_status)
		*ret_status = -1;
	if (pipe2(errs, O_CLOEXEC) < 0 || (p->out && pipe2(out, O_CLOEXEC) < 0))
		return err_sys(e, "pipe for %s", name);
	pid = fork();
	if (pid < 0)
		return err_sys(e, "start %s", name);
	if (pid == 0)
		child(p, out[1], errs[1]);
	close(errs[1]);
	if (p->out)
		close(out[1]);
	(void)setpgid(pid, pid); /* whoever comes first: it must be there before it is needed */
	drain(p, pid, out[0], errs[0], &words);
	close(errs[0]);
	if (p->out)
		close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret_status)
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (stop_check(e) < 0)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && !words.len)
		return err_set(e, ERR_SYS, "%s is not installed", name);
	if (WIFSIGNALED(status))
		return err_set(e, ERR_SYS, "%s was ended by signal %d", name, WTERMSIG(status));
	return err_set(e, ERR_SYS, "%s failed (%d): %s", name, WEXITSTATUS(status),
	               last_words(&words));
}

bool proc_exists(const char *name)
{
	const char *path = getenv("PATH");
	struct stat st;

	for (const char *p = path ? path : "/usr/bin:/bin"; *p;) {
		size_t n = strcspn(p, ":");
		AUTO(str) char *full = mem_printf("%.*s/%s", (int)n, p, name);

		if (stat(full, &st) == 0 && S_ISREG(st.st_mode) && access(full, X_OK) == 0)
			return true;
		p += n + (p[n] == ':');
	}
	return false;
}
