// SPDX-License-Identifier: Apache-2.0
/* Any bytes are a package or a refusal, whatever its members are compressed with. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "source/deb.h"

static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("deb", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_DONE(deb_control) struct deb_control control = {0};
	AUTO_DONE(buf) struct buf field = {0};
	AUTO(deb) struct deb *d = NULL;
	struct err e = {0};
	struct entry x;
	int got;

	if (deb_open(file_of(data, size), NULL, "package x", &d, &control, &e) < 0) {
		if (!e.kind || d)
			abort();
		return 0;
	}
	deb_control_field(&control, "Version", &field);
	while ((got = tarball_next(deb_data(d), &x, &e)) > 0)
		if (!*x.name || *x.name == '/')
			abort();
	if (got == 0 && deb_finish(d, &e) < 0 && e.kind != ERR_VERIFY)
		abort();
	return 0;
}
