// SPDX-License-Identifier: Apache-2.0
/* Any text is an index of paths or a refusal; every path in it is found again by its name. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"
#include "store/paths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(str) char *text = mem_alloc(size + 1, 1);
	AUTO_DONE(paths) struct paths p = {0};
	struct err e = {0};

	if (size)
		memcpy(text, data, size);
	if (paths_parse(text, size, &p, &e) < 0 && e.kind != ERR_VERIFY)
		abort();
	for (size_t i = 0; i < p.n; i++)
		if (paths_find(&p, p.v[i].entry.name) != &p.v[i] || p.v[i].entry.mode > 07777)
			abort();
	return 0;
}
