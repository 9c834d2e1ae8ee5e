// SPDX-License-Identifier: Apache-2.0
/* Any bytes are the records of an extended header or a refusal; a name that comes out lies within
 * them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/pax.h"

static void check_text(const char *text, const char *bytes, size_t size)
{
	if (text && (text < bytes || !*text || text + strlen(text) >= bytes + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = mem_alloc(size + 1, 1);
	struct err e = {0};
	struct pax p;

	if (size)
		memcpy(bytes, data, size);
	if (pax_parse(bytes, size, size & 1, &p, &e) == 0) {
		check_text(p.path, bytes, size);
		check_text(p.link, bytes, size);
		if ((p.has_uid && p.uid < 0) || (p.has_gid && p.gid < 0) || p.size > INT64_MAX)
			abort();
		if ((size & 1) && (p.path || p.link || p.has_size || p.has_mtime))
			abort();
	} else if (e.kind != ERR_VERIFY) {
		abort();
	}
	free(bytes);
	return 0;
}
