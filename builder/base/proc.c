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

#define STDERR_KEPT ((size_t)4096)

static void child(const struct proc *p, int out, int errs)
{
	int null = open("/dev/null", O_RDWR);
	const char *name = p->argv[0];

	prctl(PR_SET_PDEATHSIG, SIGTERM);
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

/* Reads both pipes until both are closed. */
static void drain(int out, struct buf *ret_out, int errs, struct buf *ret_errs)
{
	struct pollfd fds[2] = {
		{.fd = out,  .events = POLLIN},
                {.fd = errs, .events = POLLIN}
        };
	struct buf *to[2] = {ret_out, ret_errs};

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < 2; i++) {
			char bytes[8192];
			ssize_t n;

			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			n = read(fds[i].fd, bytes, sizeof bytes);
			if (n <= 0 && !(n < 0 && errno == EINTR))
				fds[i].fd = -1;
			else if (n > 0 && to[i])
				buf_put(to[i], bytes, (size_t)n);
		}
		if (ret_errs->len > 4 * STDERR_KEPT) {
			memmove(ret_errs->p, ret_errs->p + ret_errs->len - STDERR_KEPT,
			        STDERR_KEPT);
			ret_errs->len = STDERR_KEPT;
			ret_errs->p[STDERR_KEPT] = '\0';
		}
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
	drain(out[0], p->out, errs[0], &words);
	close(errs[0]);
	if (p->out)
		close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret_status)
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
