// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/stop.h"
#include "net/answer.h"
#include "net/curl.h"
#include "net/dead.h"
#include "net/patience.h"

#define ETAG_ATTR "user.lili.etag"
#define HEADERS_MAX ((size_t)128 << 10)
#define SIZE_MAX_UNKNOWN ((uint64_t)64 << 30)
#define PROGRESS_ENOUGH ((uint64_t)1 << 20) /* a try that brought this much was not in vain */

/* One download: what lasts over its tries, and what the present answer said. */
struct transfer {
	struct http_get *get;
	int fd;
	uint64_t at;    /* bytes in the file */
	uint64_t asked; /* where this try continues */
	char etag[ANSWER_ETAG_MAX];
	struct err *e; /* of a callback, when its kind is set */
	bool restart;  /* the answer cannot be trusted to continue the file */
	bool apart;    /* no connection came about */
	time_t end;
	/* of this try */
	struct answer answer;
	size_t header_bytes;
	bool begun;  /* the first byte of a body was looked at */
	bool wanted; /* and it is the file */
};

const char *http_shown(const char *url)
{
	static _Thread_local char ring[4][512];
	static _Thread_local unsigned turn;
	char *s = ring[turn++ % ARRAY_LEN(ring)], *out = s;
	const char *host = strstr(url, "://"), *end, *user;

	host = host ? host + 3 : url;
	end = host + strcspn(host, "/?#");
	user = memrchr(host, '@', (size_t)(end - host));
	snprintf(s, sizeof ring[0], "%.*s%.*s", (int)(host - url), url,
	         (int)strcspn(user ? user + 1 : host, "?#"), user ? user + 1 : host);
	for (; *out; out++)
		if ((unsigned char)*out < ' ' || *out == 0x7f)
			*out = '?';
	return s;
}

static size_t on_header(char *p, size_t one, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	char line[1024];
	size_t len = n < sizeof line - 1 ? n : sizeof line - 1;

	(void)one;
	t->header_bytes += n;
	if (t->header_bytes > HEADERS_MAX) {
		err_set(t->e, ERR_NET, "its headers do not end");
		return 0;
	}
	memcpy(line, p, len);
	line[len] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	answer_line(&t->answer, line);
	return n;
}

/* --- the answer's body --- */

static void keep_etag(struct transfer *t)
{
	size_t n = strlen(t->answer.etag);

	memcpy(t->etag, t->answer.etag, sizeof t->etag);
	/* A file system without attributes costs the resuming of a later run, nothing else. */
	if (!n || fsetxattr(t->fd, ETAG_ATTR, t->etag, n, 0) < 0)
		http_forget(t->fd);
}

static int from_zero(struct transfer *t)
{
	t->at = 0;
	t->get->resumed = false;
	if (ftruncate(t->fd, 0) < 0)
		return err_sys(t->e, "truncate the download");
	progress_from(0, t->answer.length == ANSWER_NOT_SAID ? 0 : t->answer.length);
	keep_etag(t);
	return 0;
}

/* Decides at its first byte whether the body is the file, and where it goes on. */
static int body_begin(struct transfer *t)
{
	const struct answer *a = &t->answer;
	uint64_t size = t->get->size;

	t->begun = true;
	t->wanted = a->status == 200 || (a->status == 206 && t->asked);
	if (!t->wanted)
		return 0;
	if (a->status == 200) {
		if (size && a->length != ANSWER_NOT_SAID && a->length != size)
			return err_set(t->e, ERR_VERIFY, "want %llu bytes, it offers %llu",
			               (unsigned long long)size, (unsigned long long)a->length);
		return from_zero(t);
	}
	t->restart = a->range_from != t->asked || (size && a->range_total != size) ||
	             (a->etag[0] && strcmp(a->etag, t->etag) != 0);
	if (t->restart)
		return err_set(t->e, ERR_NET, "it sent another part than asked for");
	t->get->resumed = true;
	progress_from(t->at, a->range_total == ANSWER_NOT_SAID ? 0 : a->range_total);
	return 0;
}

static size_t on_body(char *p, size_t one, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	uint64_t max = t->get->size ? t->get->size : SIZE_MAX_UNKNOWN;

	(void)one;
	if (!t->begun && body_begin(t) < 0)
		return 0;
	if (!t->wanted)
		return n;
	if (n > max - t->at) {
		err_set(t->e, ERR_VERIFY, "it sends more than the %llu bytes wanted",
		        (unsigned long long)max);
		return 0;
	}
	for (size_t done = 0; done < n;) {
		ssize_t k = pwrite(t->fd, p + done, n - done, (off_t)(t->at + done));

		if (k < 0 && errno != EINTR) {
			err_sys(t->e, "write the download");
			return 0;
		}
		done += k > 0 ? (size_t)k : 0;
	}
	t->at += n;
	progress_count(progress_mine(), n);
	return n;
}

/* --- one try --- */

static void set_trust(CURL *h)
{
	const char *own = getenv("CURL_CA_BUNDLE");

	if (!own || !*own)
		own = getenv("SSL_CERT_FILE");
	if (own && *own)
		curl_api.easy_setopt(h, CURLOPT_CAINFO, own);
}

/* Options whose absence would make a download less safe than promised. */
static int set_limits(CURL *h, const char *url, struct err *e)
{
	bool tls = !strncasecmp(url, "https:", 6);
	const char *allowed = tls ? "https" : "http,https";

	if (curl_api.easy_setopt(h, CURLOPT_PROTOCOLS_STR, allowed) == CURLE_OK &&
	    curl_api.easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR, allowed) == CURLE_OK &&
	    curl_api.easy_setopt(h, CURLOPT_MAXREDIRS, 5L) == CURLE_OK &&
	    curl_api.easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	    curl_api.easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK)
		return 0;
	return err_set(e, ERR_SYS, "libcurl is too old: 7.85 is needed");
}

static void set_callbacks(CURL *h, struct transfer *t, char *words)
{
	curl_api.easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
	curl_api.easy_setopt(h, CURLOPT_HEADERDATA, t);
	curl_api.easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	curl_api.easy_setopt(h, CURLOPT_WRITEDATA, t);
	curl_heed_stop(h, t->e);
	curl_api.easy_setopt(h, CURLOPT_ERRORBUFFER, words);
	curl_api.easy_setopt(h, CURLOPT_USERAGENT, "lili");
	curl_api.easy_setopt(h, CURLOPT_FOLLOWLOCATION, 1L);
	curl_api.easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)http_policy.silence);
	curl_api.easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1000L);
	curl_api.easy_setopt(h, CURLOPT_LOW_SPEED_TIME, (long)http_policy.silence);
}

/* Asks for the rest of the file when it is sure to be the same file. */
static struct curl_slist *set_range(CURL *h, struct transfer *t)
{
	AUTO(str) char *header = mem_printf("If-Range: %s", t->etag);
	char range[32];

	t->asked = t->etag[0] ? t->at : 0;
	if (!t->asked)
		return NULL;
	snprintf(range, sizeof range, "%llu-", (unsigned long long)t->at);
	curl_api.easy_setopt(h, CURLOPT_RANGE, range);
	return curl_api.slist_append(NULL, header);
}

/* Of a server that answered, and led to another one, this would say nothing. */
static bool is_apart(const struct transfer *t, CURL *h, CURLcode code)
{
	double connected = 0;

	if (t->header_bytes)
		return false;
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
		return true;
	return code == CURLE_OPERATION_TIMEDOUT &&
	       curl_api.easy_getinfo(h, CURLINFO_CONNECT_TIME, &connected) == CURLE_OK &&
	       connected <= 0;
}

/* What the end of a try means.  0: the file is whole; -1 with *ret_again: worth another try. */
static int judge(struct transfer *t, CURLcode code, const char *words, bool *ret_again,
                 struct err *e)
{
	uint64_t total = t->get->size ? t->get->size : t->answer.range_total;
	long s = t->answer.status;

	t->get->status = s;
	*ret_again = t->restart;
	if (e->kind)
		return -1;
	*ret_again = true;
	if (code == CURLE_OK && s >= 400) {
		*ret_again = s == 408 || s == 416 || s == 429 || s >= 500;
		t->restart = s == 416;
		return err_set(e, ERR_NET, "it answers %ld", s);
	}
	if (code != CURLE_OK) {
		*ret_again = code != CURLE_PEER_FAILED_VERIFICATION &&
		             code != CURLE_UNSUPPORTED_PROTOCOL && code != CURLE_URL_MALFORMAT &&
		             code != CURLE_TOO_MANY_REDIRECTS && code != CURLE_SSL_CACERT_BADFILE;
		err_set(e, ERR_NET, "%s", *words ? words : curl_api.easy_strerror(code));
		if (code == CURLE_PEER_FAILED_VERIFICATION)
			err_hint(e,
			         "CURL_CA_BUNDLE or SSL_CERT_FILE can name a file of trusted CAs");
		return -1;
	}
	*ret_again = false;
	if (!t->wanted)
		return err_set(e, ERR_NET, "it answers %ld without a file", s);
	if (!t->get->size && !t->answer.delimited) {
		err_set(e, ERR_NET, "it does not say how long the file is");
		return err_hint(e, "add its size to payloads.json");
	}
	*ret_again = true;
	if (total != ANSWER_NOT_SAID && t->at < total)
		return err_set(e, ERR_NET, "it ended after %llu of %llu bytes",
		               (unsigned long long)t->at, (unsigned long long)total);
	return 0;
}

static int try_once(struct transfer *t, bool *ret_again, struct err *e)
{
	AUTO(curl) CURL *h = curl_api.easy_init();
	AUTO(slist) struct curl_slist *headers = NULL;
	char words[CURL_ERROR_SIZE] = "";
	time_t now = time(NULL);
	CURLcode code;

	*ret_again = false;
	if (!h)
		return err_set(e, ERR_SYS, "libcurl does not start");
	if (set_limits(h, t->get->url, e) < 0)
		return -1;
	*e = (struct err){0};
	t->e = e;
	t->restart = t->begun = t->wanted = false;
	t->header_bytes = 0;
	answer_line(&t->answer, "HTTP/");
	headers = set_range(h, t);
	set_callbacks(h, t, words);
	set_trust(h);
	curl_api.easy_setopt(h, CURLOPT_TIMEOUT, (long)(t->end > now ? t->end - now : 1));
	curl_api.easy_setopt(h, CURLOPT_URL, t->get->url);
	if (headers)
		curl_api.easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	code = curl_api.easy_perform(h);
	t->apart = is_apart(t, h, code);
	return judge(t, code, words, ret_again, e);
}

/* --- all tries --- */

static int transfer_begin(struct transfer *t)
{
	struct stat st;
	ssize_t n;

	if (fstat(t->fd, &st) < 0)
		return err_sys(t->e, "stat the download");
	t->at = (uint64_t)st.st_size;
	n = fgetxattr(t->fd, ETAG_ATTR, t->etag, sizeof t->etag - 1);
	t->etag[n > 0 ? n : 0] = '\0';
	if (!t->etag[0] || (t->get->size && t->at >= t->get->size))
		return from_zero(t);
	return 0;
}

static int start_over(struct transfer *t)
{
	t->answer.etag[0] = '\0';
	return from_zero(t);
}

int http_check(struct err *e)
{
	return curl_load(e);
}

/* Another thread may have found out while this one waited to try again. */
static int refuse_dead(struct http_get *get, struct err *e)
{
	get->dead = dead_has(get->url);
	return get->dead ? err_set(e, ERR_NET, "its server was out of reach before") : 0;
}

static int give_up(const struct transfer *t)
{
	if (t->apart && !stop_asked()) {
		t->get->dead = true;
		t->get->first = dead_add(t->get->url);
	}
	return -1;
}

/* How often to try: what cannot be connected to is not worth a hasty one's second try. */
static unsigned tries(const struct transfer *t)
{
	unsigned hasty = t->apart ? 1 : 2;

	return t->get->hasty && hasty < http_policy.tries ? hasty : http_policy.tries;
}

static int transfer_run(struct transfer *t, struct err *e)
{
	struct http_get *get = t->get;

	for (unsigned tried = 1;; tried++) {
		uint64_t had = t->at;
		bool again;

		if (refuse_dead(get, e) < 0)
			return -1;
		if (try_once(t, &again, e) == 0)
			return 0;
		if (t->at > had + PROGRESS_ENOUGH)
			tried = 1;
		if (!again || tried >= tries(t) || time(NULL) >= t->end)
			return give_up(t);
		log_say("%s: %s; trying again", http_shown(get->url), e->msg);
		if (t->restart && start_over(t) < 0)
			return -1;
		patience_wait(tried, get->hasty ? 0 : t->answer.retry_after);
	}
}

int http_download(struct http_get *get, int fd, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct transfer t = {.get = get, .fd = fd, .e = e};

	pthread_once(&once, patience_read);
	t.end = patience_end(get->size);
	get->status = 0;
	get->resumed = get->dead = get->first = false;
	if (curl_load(e) < 0 || transfer_begin(&t) < 0)
		return -1;
	return transfer_run(&t, e);
}

void http_forget(int fd)
{
	(void)!fremovexattr(fd, ETAG_ATTR);
}
