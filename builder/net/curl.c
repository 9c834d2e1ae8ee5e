// SPDX-License-Identifier: Apache-2.0
#include "net/curl.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/stop.h"

struct curl_api curl_api;

static const struct {
	const char *name;
	void *slot; /* a pointer to a function pointer of curl_api */
} symbols[] = {
	{"curl_global_init",    &curl_api.global_init   },
	{"curl_easy_init",      &curl_api.easy_init     },
	{"curl_easy_setopt",    &curl_api.easy_setopt   },
	{"curl_easy_perform",   &curl_api.easy_perform  },
	{"curl_easy_getinfo",   &curl_api.easy_getinfo  },
	{"curl_easy_cleanup",   &curl_api.easy_cleanup  },
	{"curl_easy_strerror",  &curl_api.easy_strerror },
	{"curl_slist_append",   &curl_api.slist_append  },
	{"curl_slist_free_all", &curl_api.slist_free_all},
};

static char problem[256]; /* empty: loaded */

static void load(void)
{
	void *lib = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

	if (!lib) {
		snprintf(problem, sizeof problem, "%s", dlerror());
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		*(void **)symbols[i].slot = dlsym(lib, symbols[i].name);
		if (!*(void **)symbols[i].slot) {
			snprintf(problem, sizeof problem, "%s", dlerror());
			return;
		}
	}
	if (curl_api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		snprintf(problem, sizeof problem, "libcurl.so.4 does not start");
}

int curl_load(struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	if (!problem[0])
		return 0;
	err_set(e, ERR_SYS, "downloading needs libcurl: %s", problem);
	return err_hint(e, "install it (Debian: apt-get install libcurl4), or give --mirror DIR");
}

/* Asked about once a second, and more often while bytes move. */
static int on_time(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return stop_check(ctx) < 0;
}

void curl_heed_stop(CURL *h, struct err *e)
{
	curl_api.easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_time);
	curl_api.easy_setopt(h, CURLOPT_XFERINFODATA, e);
	curl_api.easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
}
