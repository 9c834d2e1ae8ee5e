// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/mem.h"
#include "net/curl.h"
#include "net/http.h"

struct exchange {
	struct http_call *call;
	struct err *e;
};

static size_t on_read(char *p, size_t one, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	size_t got = 0;

	if (x->call->body(x->call->body_ctx, p, one * n, &got, x->e) < 0)
		return CURL_READFUNC_ABORT;
	return got;
}

static size_t on_write(char *p, size_t one, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	if (x->call->sink && x->call->sink(x->call->sink_ctx, p, one * n, x->e) < 0)
		return 0;
	return n;
}

static struct curl_slist *headers_for(const struct http_call *c)
{
	AUTO(str) char *type = mem_printf("Content-Type: %s", c->content_type);
	struct curl_slist *l = curl_api.slist_append(NULL, "Expect:");

	if (!c->body)
		return l;
	l = curl_api.slist_append(l, type);
	return curl_api.slist_append(l, "Transfer-Encoding: chunked");
}

static void set_body(CURL *h, const struct http_call *c, struct exchange *x)
{
	if (!strcmp(c->method, "POST")) {
		curl_api.easy_setopt(h, CURLOPT_POST, 1L);
		curl_api.easy_setopt(h, CURLOPT_POSTFIELDSIZE, c->body ? -1L : 0L);
	}
	if (!c->body) {
		if (!strcmp(c->method, "POST"))
			curl_api.easy_setopt(h, CURLOPT_POSTFIELDS, "");
		return;
	}
	curl_api.easy_setopt(h, CURLOPT_READFUNCTION, on_read);
	curl_api.easy_setopt(h, CURLOPT_READDATA, x);
	curl_api.easy_setopt(h, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
}

int http_call(struct http_call *c, struct err *e)
{
	AUTO(str) char *url = mem_printf("http://localhost%s", c->path);
	struct exchange x = {.call = c, .e = e};
	AUTO(slist) struct curl_slist *headers = NULL;
	AUTO(curl) CURL *h = NULL;
	char words[CURL_ERROR_SIZE] = "";
	CURLcode code;

	if (curl_load(e) < 0)
		return -1;
	*e = (struct err){0};
	headers = headers_for(c);
	h = curl_api.easy_init();
	if (!h || curl_api.easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, c->socket) != CURLE_OK)
		return err_set(e, ERR_SYS, "libcurl does not start");
	curl_api.easy_setopt(h, CURLOPT_URL, url);
	curl_api.easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http");
	curl_api.easy_setopt(h, CURLOPT_NOPROXY, "*");
	curl_api.easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_api.easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 10L);
	curl_api.easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_api.easy_setopt(h, CURLOPT_WRITEFUNCTION, on_write);
	curl_api.easy_setopt(h, CURLOPT_WRITEDATA, &x);
	curl_api.easy_setopt(h, CURLOPT_ERRORBUFFER, words);
	curl_heed_stop(h, e);
	set_body(h, c, &x);
	code = curl_api.easy_perform(h);
	c->status = 0;
	curl_api.easy_getinfo(h, CURLINFO_RESPONSE_CODE, &c->status);
	if (e->kind)
		return -1;
	/* A server that refuses early answers and hangs up while the body is still being sent. */
	if (code == CURLE_COULDNT_CONNECT)
		return err_set(e, ERR_NET, "nothing answers there");
	if (code != CURLE_OK && c->status < 400)
		return err_set(e, ERR_NET, "%s", *words ? words : curl_api.easy_strerror(code));
	return 0;
}
