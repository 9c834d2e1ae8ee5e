// SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "base/base.h"

#define PATIENCE 5 /* seconds */

static volatile sig_atomic_t asked;
static const char *volatile farewell;
static int wake[2] = {-1, -1};

static void end_now(void)
{
	static const char words[] = "lili: interrupted; what is finished is kept\n";

	if (farewell)
		(void)!write(STDERR_FILENO, farewell, strlen(farewell));
	(void)!write(STDERR_FILENO, words, sizeof words - 1);
	_exit(128 + asked);
}

static void on_signal(int sig)
{
	int saved = errno;

	if (sig == SIGALRM || asked)
		end_now();
	asked = sig;
	(void)!write(wake[1], "", 1);
	alarm(PATIENCE);
	errno = saved;
}

void stop_listen(void)
{
	const struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
}

int stop_asked(void)
{
	return asked;
}

int stop_fd(void)
{
	return wake[0];
}

int stop_check(struct err *e)
{
	return asked ? err_set(e, ERR_SYS, "interrupted") : 0;
}

void stop_sleep(unsigned ms)
{
	struct pollfd fd = {.fd = wake[0], .events = POLLIN};

	(void)poll(&fd, 1, (int)ms);
}

void stop_farewell(const char *bytes)
{
	farewell = bytes;
}
