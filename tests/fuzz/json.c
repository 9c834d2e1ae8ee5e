// SPDX-License-Identifier: Apache-2.0
/* Any bytes are a document or a refusal, with comments or without; a document that is written reads
 * back as itself, and one that needs no comments blanked means the same with them. */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/fs.h"

/* As a file people wrote. */
static int read_commented(const uint8_t *data, size_t size, json_t **ret, struct err *e)
{
	AUTO(fd) int fd = memfd_create("input", MFD_CLOEXEC);
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fs_write(fd, data, size, e) < 0)
		abort();
	return json_read_file(-1, path, ret, e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(json) json_t *first = NULL;
	AUTO(json) json_t *second = NULL;
	AUTO(json) json_t *commented = NULL;
	AUTO_DONE(buf) struct buf text = {0};
	struct err e = {0};

	(void)read_commented(data, size, &commented, &e);
	if (json_read((const char *)data, size, "input", &first, &e) < 0)
		return 0;
	json_text(first, &text);
	if (json_read(text.p, text.len, "output", &second, &e) < 0 || !json_equal(first, second))
		abort();
	if (!commented || !json_equal(first, commented))
		abort();
	return 0;
}
