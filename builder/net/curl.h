// SPDX-License-Identifier: Apache-2.0
/* curl: libcurl, loaded when the first request is made and never before, so that a build that
 * fetches nothing does not pay for it.  Only this folder knows it. */
#pragma once

#include <curl/curl.h>

#include "base/base.h"
#include "base/err.h"

struct curl_api {
	__typeof__(&curl_global_init) global_init;
	__typeof__(&curl_easy_init) easy_init;
	__typeof__(&curl_easy_setopt) easy_setopt;
	__typeof__(&curl_easy_perform) easy_perform;
	__typeof__(&curl_easy_getinfo) easy_getinfo;
	__typeof__(&curl_easy_cleanup) easy_cleanup;
	__typeof__(&curl_easy_strerror) easy_strerror;
	__typeof__(&curl_slist_append) slist_append;
	__typeof__(&curl_slist_free_all) slist_free_all;
};

/* Filled in by curl_load. */
extern struct curl_api curl_api;
/* Any thread, any number of times.  -1 (ERR_SYS): the library is not installed or too old. */
int curl_load(struct err *e);

/* An interrupt ends what `h` does; `e` then says so. */
void curl_heed_stop(CURL *h, struct err *e);

static inline void curl_easy_free(CURL *h)
{
	curl_api.easy_cleanup(h);
}
static inline void curl_slist_free(struct curl_slist *l)
{
	curl_api.slist_free_all(l);
}
AUTO_DEFINE(curl, CURL *, NULL, curl_easy_free)
AUTO_DEFINE(slist, struct curl_slist *, NULL, curl_slist_free)
