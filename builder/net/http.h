// SPDX-License-Identifier: Apache-2.0
/* http: files over http(s), whole or resumed, in the face of servers and networks that misbehave.
 *
 * https never falls to http; at most five redirects; no netrc; the usual proxy variables hold.
 * CURL_CA_BUNDLE, else SSL_CERT_FILE, names the trusted CAs instead of the system's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* How patient a download is; units shorten it.  $LILI_NET_TRIES and $LILI_NET_TIMEOUT (seconds)
 * set the first two. */
struct http_policy {
	unsigned tries;      /* in a row without progress */
	unsigned silence;    /* seconds below 1000 bytes/s before a connection is given up */
	unsigned backoff_ms; /* before the second try; doubles, with jitter */
	unsigned wait_max;   /* a server's Retry-After is cut to this many seconds */
};
extern struct http_policy http_policy;

struct http_get {
	const char *url;
	uint64_t size; /* expected, 0: not known: then at most 64 GiB */
	bool hasty;    /* others may have it: one more try at once, none of a server out of reach */
	long status;   /* result: the last answer's; 0 when none came */
	bool resumed;  /* result: bytes of an earlier run or connection are in the file */
	bool dead;     /* result: its server was out of reach before, or has just been found so */
	bool first;    /* result: and nobody was told yet */
};

/* Into fd, a file of the caller's.  What it holds already is continued if the server still has the
 * same strong ETag (kept as an attribute of the file, so that another run can resume too), else it
 * starts at 0.  Temporary failures are tried again; what lasts is ERR_NET, ERR_VERIFY when the
 * server offers another size, ERR_SYS when the disk fails.  After -1 the file holds what came.  A
 * server that could not be reached is not asked again in this run. */
int http_download(struct http_get *get, int fd, struct err *e);
/* Could it?  -1 (ERR_SYS): the library that it needs is not installed. */
int http_check(struct err *e);
/* Forgets what http_download noted on the file. */
void http_forget(int fd);

/* Reads up to cap bytes of a request's body; *ret_n 0 is its end. */
typedef int http_body(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e);
/* Takes a piece of the answer. */
typedef int http_sink(void *ctx, const void *p, size_t n, struct err *e);

/* One request to a server on a unix socket, for a container engine's API; never tried again. */
struct http_call {
	const char *socket;
	const char *method;
	const char *path;         /* "/v1.41/images/load?quiet=1" */
	const char *content_type; /* of the body */
	http_body *body;          /* NULL: none; sent in chunks */
	void *body_ctx;
	http_sink *sink;
	void *sink_ctx;
	long status; /* result */
};
/* -1 when there was no answer (ERR_NET) or a callback failed (its own error); a status of 400 and
 * more is the caller's to judge. */
int http_call(struct http_call *c, struct err *e);

/* An address fit for messages: no user, no password, no query; one of a few static buffers. */
const char *http_shown(const char *url);
