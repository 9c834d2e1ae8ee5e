// SPDX-License-Identifier: Apache-2.0
#include "layer/truststore.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "base/cert.h"
#include "layer/jks.h"

#define CERTS "etc/ssl/certs"
#define SOURCE "usr/share/ca-certificates/"
#define PASSWORD "changeit" /* Java's own, and public: the store holds no secret */

struct trusted {
	const struct debfile *file;
	const char *link; /* NAME.pem */
	struct cert cert;
};

struct store_of_trust {
	struct trusted *v;
	size_t n;
	struct arena arena;
};

static void store_of_trust_done(struct store_of_trust *t)
{
	for (size_t i = 0; i < t->n; i++)
		cert_done(&t->v[i].cert);
	arena_done(&t->arena);
}

/* As update-ca-certificates writes it: what a shell might take for its own is replaced. */
static const char *link_name(const char *path, struct arena *a)
{
	const char *base = strrchr(path, '/') + 1;
	char *out = arena_printf(a, "%.*s.pem", (int)(strlen(base) - strlen(".crt")), base);

	for (char *p = out; *p; p++)
		*p = *p == ' ' || *p == ',' ? '_' : *p == '(' || *p == ')' ? '=' : *p;
	return out;
}

static int collect(struct store_of_trust *t, const struct debfiles *files, struct err *e)
{
	t->v = arena_alloc(&t->arena, files->n, sizeof *t->v);
	for (size_t i = 0; i < files->n; i++) {
		const struct debfile *f = &files->v[i];
		struct trusted *x = &t->v[t->n];

		if (fnmatch(SOURCE "*/*.crt", f->name, FNM_PATHNAME) != 0)
			continue;
		t->n++;
		x->file = f;
		x->link = link_name(f->name, &t->arena);
		if (cert_read_pem(&x->cert, f->bytes, f->n, e) < 0)
			return err_ctx(e, "%s", f->name);
	}
	return 0;
}

static int add_bundle(struct layer_writer *w, const struct store_of_trust *t, struct err *e)
{
	AUTO_DONE(buf) struct buf bundle = {0};
	AUTO_DONE(buf) struct buf conf = {0};

	for (size_t i = 0; i < t->n; i++) {
		const struct debfile *f = t->v[i].file;

		buf_put(&bundle, f->bytes, f->n);
		if (f->n && f->bytes[f->n - 1] != '\n')
			buf_add(&bundle, "\n");
		buf_printf(&conf, "%s\n", f->name + strlen(SOURCE));
	}
	if (layer_add_bytes(w, "etc/ca-certificates.conf", 0644, conf.p, conf.len, e) < 0)
		return -1;
	return layer_add_bytes(w, CERTS "/ca-certificates.crt", 0644, bundle.p, bundle.len, e);
}

/* HASH.0 is the first certificate with that subject, HASH.1 the next; a certificate that comes
 * under two names needs no second link. */
static int add_hash_link(struct layer_writer *w, const struct store_of_trust *t, size_t at,
                         struct err *e)
{
	const struct trusted *x = &t->v[at];
	unsigned number = 0;
	char name[64];

	for (size_t i = 0; i < at; i++) {
		const struct trusted *y = &t->v[i];

		if (y->cert.subject_hash != x->cert.subject_hash)
			continue;
		if (y->cert.der.len == x->cert.der.len &&
		    memcmp(y->cert.der.p, x->cert.der.p, x->cert.der.len) == 0)
			return 0;
		number++;
	}
	snprintf(name, sizeof name, CERTS "/%08x.%u", x->cert.subject_hash, number);
	return layer_add_symlink(w, name, x->link, e);
}

static int add_links(struct layer_writer *w, const struct store_of_trust *t, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		AUTO(str) char *name = mem_printf(CERTS "/%s", t->v[i].link);
		AUTO(str) char *target = mem_printf("/%s", t->v[i].file->name);

		if (layer_add_symlink(w, name, target, e) < 0 || add_hash_link(w, t, i, e) < 0)
			return -1;
	}
	return 0;
}

static int by_alias(const void *x, const void *y)
{
	return strcmp(((const struct jks_cert *)x)->alias, ((const struct jks_cert *)y)->alias);
}

/* Aliases are those of Debian's ca-certificates-java, in lower case as the format has them. */
static int add_java(struct layer_writer *w, struct store_of_trust *t, struct err *e)
{
	struct jks_cert *v = arena_alloc(&t->arena, t->n, sizeof *v);
	AUTO_DONE(buf) struct buf jks = {0};

	for (size_t i = 0; i < t->n; i++) {
		char *alias = arena_printf(&t->arena, "debian:%s", t->v[i].link);

		for (char *p = alias; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		v[i] = (struct jks_cert){alias, t->v[i].cert.der.p, t->v[i].cert.der.len};
	}
	qsort(v, t->n, sizeof *v, by_alias);
	jks_write(&jks, v, t->n, ENTRY_FIXED_TIME * 1000, PASSWORD);
	return layer_add_bytes(w, CERTS "/java/cacerts", 0644, jks.p, jks.len, e);
}

int truststore_add(struct layer_writer *w, const struct debfiles *files, bool java, struct err *e)
{
	AUTO_DONE(store_of_trust) struct store_of_trust t = {0};

	if (collect(&t, files, e) < 0)
		return err_ctx(e, "trusted certificates");
	if (!t.n)
		return 0;
	if (add_bundle(w, &t, e) < 0 || add_links(w, &t, e) < 0)
		return -1;
	return java ? add_java(w, &t, e) : 0;
}
