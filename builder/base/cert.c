// SPDX-License-Identifier: Apache-2.0
#include "base/cert.h"

#include <limits.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/base.h"

AUTO_DEFINE(bio, BIO *, NULL, BIO_free)
AUTO_DEFINE(x509, X509 *, NULL, X509_free)

/* Without a callback OpenSSL asks whoever sits at the terminal. */
static int no_password(char *to, int max, int writing, void *ctx)
{
	(void)to, (void)max, (void)writing, (void)ctx;
	return -1;
}

int cert_read_pem(struct cert *c, const void *pem, size_t n, struct err *e)
{
	AUTO(bio) BIO *bio = n <= INT_MAX ? BIO_new_mem_buf(pem, (int)n) : NULL;
	AUTO(x509) X509 *x = bio ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
	int len = x ? i2d_X509(x, NULL) : -1;
	unsigned char *to;

	if (len <= 0)
		return err_set(e, ERR_VERIFY, "it is no certificate");
	to = (unsigned char *)buf_room(&c->der, (size_t)len);
	c->der.len += (size_t)i2d_X509(x, &to);
	c->subject_hash = (uint32_t)X509_subject_name_hash(x);
	return 0;
}

void cert_done(struct cert *c)
{
	buf_done(&c->der);
	*c = (struct cert){0};
}
