// SPDX-License-Identifier: Apache-2.0
#include "net/dead.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"

static struct {
	pthread_mutex_t lock;
	char **v;
	size_t n;
} dead = {.lock = PTHREAD_MUTEX_INITIALIZER};

static char *server_of(const char *url)
{
	const char *host = strstr(url, "://"), *user;
	size_t n;

	host = host ? host + 3 : url;
	n = strcspn(host, "/?#");
	user = memrchr(host, '@', n);
	n -= user ? (size_t)(user + 1 - host) : 0;
	return mem_printf("%.*s%.*s", (int)(host - url), url, (int)n, user ? user + 1 : host);
}

/* With the lock held. */
static bool find(const char *server)
{
	for (size_t i = 0; i < dead.n; i++)
		if (!strcmp(dead.v[i], server))
			return true;
	return false;
}

bool dead_has(const char *url)
{
	AUTO(str) char *server = server_of(url);
	bool found;

	pthread_mutex_lock(&dead.lock);
	found = find(server);
	pthread_mutex_unlock(&dead.lock);
	return found;
}

bool dead_add(const char *url)
{
	AUTO(str) char *server = server_of(url);
	bool found;

	pthread_mutex_lock(&dead.lock);
	found = find(server);
	if (!found) {
		dead.v = mem_grow(dead.v, dead.n + 1, sizeof *dead.v);
		dead.v[dead.n++] = take(&server);
	}
	pthread_mutex_unlock(&dead.lock);
	return !found;
}
