// SPDX-License-Identifier: Apache-2.0
#include "source/payload.h"

#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "net/http.h"
#include "source/download.h"
#include "source/pypi.h"

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool is_web(const char *address)
{
	return starts(address, "https://") || starts(address, "http://");
}

/* HOST/PATH of a web address, as a mirror names it; NULL for other addresses.  The caller frees. */
static char *mirror_name(const char *address)
{
	const char *host = strstr(address, "://"), *user;
	size_t n;

	if (!is_web(address))
		return NULL;
	host += 3;
	n = strcspn(host, "/?#");
	user = memrchr(host, '@', n);
	host = user ? user + 1 : host;
	return mem_printf("%.*s", (int)strcspn(host, "?#"), host);
}

static int from_mirrors(const struct fetch *f, const struct payload *p, struct checksum *want,
                        struct err *e)
{
	char **at = mem_alloc(p->naddress + 1, sizeof *at);
	size_t n = 0;
	int got;

	for (size_t i = 0; i < p->naddress; i++)
		if ((at[n] = mirror_name(p->address[i])))
			n++;
	got = fetch_mirrored(f, want, (const char *const *)at, n, e);
	while (n)
		free(at[--n]);
	free(at);
	return got;
}

static int from_file(const struct fetch *f, const struct payload *p, const char *path,
                     struct checksum *want, bool *ret_stop, struct err *e)
{
	AUTO(str)
	char *full = mem_printf("%s%s%s", *path == '/' || !p->dir ? "" : p->dir,
	                        *path == '/' || !p->dir ? "" : "/", path);
	int got = fetch_file(f, full, want, ret_stop, e);

	if (got == 0)
		return err_set(e, ERR_SYS, "there is no file %s", full);
	return got < 0 ? -1 : 0;
}

/* *ret_stop: what failed is on our side, another address would not help; *ret_told: it was said
 * before that its server is out of reach. */
static int from_address(const struct fetch *f, const struct payload *p, const char *address,
                        struct checksum *want, bool *ret_stop, bool *ret_told, struct err *e)
{
	struct download d = {.url = address};
	bool web = is_web(address);

	*ret_stop = *ret_told = false;
	if (starts(address, "file:"))
		return from_file(f, p, address + 5, want, ret_stop, e);
	if (!web && !starts(address, "pypi:"))
		return err_set(e, ERR_SPEC, "not an address: https://, pypi: or file: is known");
	if (f->offline)
		return err_set(e, ERR_NET, "not asked (--offline)");
	if (starts(address, "http:") && !checksum_is_set(want))
		return err_set(e, ERR_SPEC, "http vouches for nothing: give sha256 or use https");
	if ((web ? download_url(f, &d, want, e) : pypi_fetch(f, address + 5, want, e)) == 0)
		return 0;
	*ret_told = d.dead && !d.first;
	*ret_stop = e->kind == ERR_SYS;
	return -1;
}

/* What all addresses together come to: wrong bytes somewhere outweigh what the network did. */
static void add_reason(struct err *sum, struct buf *text, const char *address, const struct err *e)
{
	buf_printf(text, "%s%s: %s", text->len ? "; " : "", http_shown(address), e->msg);
	if (!sum->kind || e->kind == ERR_VERIFY || (e->kind == ERR_NET && sum->kind != ERR_VERIFY))
		sum->kind = e->kind;
	if (e->hint[0] && !sum->hint[0])
		memcpy(sum->hint, e->hint, sizeof sum->hint);
}

/* A mirror's wrong bytes outweigh that no address was asked, too. */
static void add_reason_of_mirrors(struct err *sum, struct buf *text, const struct err *e)
{
	buf_add(text, e->msg);
	sum->kind = e->kind;
}

static int give_up(const struct payload *p, const struct err *sum, const struct buf *text,
                   struct err *e)
{
	if (!text->len)
		err_set(e, ERR_NET, "payload %s: it has no address and no mirror has it", p->name);
	else
		err_set(e, sum->kind, "payload %s: %s", p->name, buf_str(text));
	if (sum->hint[0])
		return err_hint(e, "%s", sum->hint);
	if (e->kind == ERR_VERIFY)
		return err_hint(e,
		                "nothing was kept; if upstream released it anew, run `lili lock "
		                "--update %s`, otherwise try --mirror DIR|URL",
		                p->name);
	return err_hint(e, "--mirror DIR|URL can stand in for its addresses");
}

static int from_addresses(const struct fetch *f, const struct payload *p, struct checksum *want,
                          struct err *e)
{
	AUTO_DONE(buf) struct buf text = {0};
	struct err sum = {0};

	if (e->kind)
		add_reason_of_mirrors(&sum, &text, e);
	for (size_t i = 0; i < p->naddress; i++) {
		const char *address = p->address[i];
		bool stop, told;

		*e = (struct err){0};
		if (from_address(f, p, address, want, &stop, &told, e) == 0)
			return 0;
		if (stop)
			return fetch_disk_full(f, e)
			               ? err_ctx(e, "payload %s", p->name)
			               : err_ctx(e, "payload %s: %s", p->name, http_shown(address));
		if (i + 1 < p->naddress && !told)
			log_warn("payload %s: %s: %s; trying the next address", p->name,
			         http_shown(address), e->msg);
		add_reason(&sum, &text, address, e);
	}
	return give_up(p, &sum, &text, e);
}

/* In the store already?  Its bytes are hashed again when they are used. */
static bool is_there(const struct fetch *f, const struct checksum *want, uint64_t *ret_size)
{
	char hex[DIGEST_HEX_MAX];

	if (!digest_is_set(&want->sha256) ||
	    !store_has(f->store->payloads, &want->sha256, ret_size))
		return false;
	if (!want->size || *ret_size == want->size)
		return true;
	log_warn("store %s: payloads/%s has another size; fetching it again", f->store->path,
	         digest_hex(&want->sha256, hex));
	(void)unlinkat(f->store->payloads, hex, 0);
	return false;
}

int payload_fetch(const struct fetch *f, struct payload *p, bool trust_first, struct err *e)
{
	struct checksum want = {.sha256 = p->sha256, .has_sha512 = p->has_sha512, .size = p->size};
	AUTO(progress) struct progress *step = NULL;
	int got;

	memcpy(want.sha512, p->sha512, sizeof want.sha512);
	if (is_there(f, &want, &p->size))
		return 0;
	if (!checksum_is_set(&want) && !trust_first) {
		err_set(e, ERR_SPEC, "payload %s: neither a digest nor a lock vouches for it",
		        p->name);
		return err_hint(e, "run `lili lock`, or give its sha256 in payloads.json");
	}
	step = progress_begin(PROGRESS_FETCH, p->name, want.size);
	got = from_mirrors(f, p, &want, e);
	if (got < 0)
		return err_ctx(e, "payload %s", p->name);
	if (!got && from_addresses(f, p, &want, e) < 0)
		return -1;
	p->sha256 = want.sha256;
	p->size = want.size;
	progress_end(take(&step), want.size);
	return 0;
}
