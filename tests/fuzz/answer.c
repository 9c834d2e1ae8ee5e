// SPDX-License-Identifier: Apache-2.0
/* Any head of a response is read without harm, line by line. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "net/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(str) char *text = strndup((const char *)data, size);
	struct answer a = {0};
	char *rest = text;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
		answer_line(&a, line);
	if (strlen(a.etag) >= ANSWER_ETAG_MAX)
		abort();
	return 0;
}
