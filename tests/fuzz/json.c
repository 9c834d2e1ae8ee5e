// SPDX-License-Identifier: Apache-2.0
/* Any bytes are a document or a refusal; a document that is written reads back as itself. */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(json) json_t *first = NULL;
	AUTO(json) json_t *second = NULL;
	AUTO_DONE(buf) struct buf text = {0};
	struct err e = {0};

	if (json_read((const char *)data, size, "input", &first, &e) < 0)
		return 0;
	json_text(first, &text);
	if (json_read(text.p, text.len, "output", &second, &e) < 0 || !json_equal(first, second))
		abort();
	return 0;
}
