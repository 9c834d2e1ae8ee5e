// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include <sys/ioctl.h>

#include "base/cert.h"
#include "layer/jks.h"

#define GOLDEN "tests/golden/jks" /* written by a JDK's own KeyStore from the two certificates */

static uint64_t read_be(const char *p, size_t bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | (uint8_t)*p++;
	return v;
}

static void read_cert(struct cert *c, const char *path)
{
	AUTO_DONE(buf) struct buf pem = {0};
	struct err e;

	assert_ok(fs_read_file(AT_FDCWD, path, 10000, &pem, &e));
	assert_ok(cert_read_pem(c, pem.p, pem.len, &e));
}

static void writes_what_java_writes(void **state)
{
	AUTO_DONE(cert) struct cert one = {0}, two = {0};
	AUTO_DONE(buf) struct buf golden = {0}, jks = {0};
	int64_t ms;
	struct err e;

	(void)state;
	assert_ok(fs_read_file(AT_FDCWD, GOLDEN, 10000, &golden, &e));
	read_cert(&one, GOLDEN "-1.pem");
	read_cert(&two, GOLDEN "-2.pem");
	/* The first entry's date is behind its alias. */
	ms = (int64_t)read_be(golden.p + 18 + read_be(golden.p + 16, 2), 8);
	/* Java's order is that of its hash table. */
	jks_write(&jks,
	          (struct jks_cert[]){
			  {"debian:zw\xc3\xb6lf.pem", two.der.p, two.der.len},
			  {"debian:one.pem",          one.der.p, one.der.len},
        },
	          2, ms, "changeit");
	assert_int_equal(jks.len, golden.len);
	assert_memory_equal(jks.p, golden.p, golden.len);
}

static void reads_certificates_and_nothing_else(void **state)
{
	static const char *const bad[] = {"", "-----BEGIN CERTIFICATE-----\n", "hello\n"};
	AUTO_DONE(cert) struct cert c = {0};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(cert_read_pem(&c, bad[i], strlen(bad[i]), &e), ERR_VERIFY,
		               "no certificate");
	read_cert(&c, GOLDEN "-1.pem");
	assert_int_equal(c.subject_hash, 0x4abcfbff); /* openssl x509 -hash */
}

/* It comes out of a package; a build that waits for a person to type is a build that hangs. */
static void nobody_is_asked_for_the_password_of_an_encrypted_one(void **state)
{
	static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
				  "Proc-Type: 4,ENCRYPTED\n"
				  "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
				  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
				  "-----END CERTIFICATE-----\n";
	int ends[2], left = -1;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "secret\n", 7), 7);
	assert_int_equal(in_a_child({
				 AUTO_DONE(cert) struct cert c = {0};
				 struct err e = {0};

				 setsid(); /* no terminal: OpenSSL would read from stdin */
				 dup2(ends[0], STDIN_FILENO);
				 if (cert_read_pem(&c, pem, strlen(pem), &e) == 0)
					 _exit(1);
			 }),
	                 0);
	assert_int_equal(ioctl(ends[0], FIONREAD, &left), 0);
	assert_int_equal(left, 7);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_java_writes),
		cmocka_unit_test(reads_certificates_and_nothing_else),
		cmocka_unit_test(nobody_is_asked_for_the_password_of_an_encrypted_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
