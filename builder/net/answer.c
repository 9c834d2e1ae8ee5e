// SPDX-License-Identifier: Apache-2.0
#include "net/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void answer_begin(struct answer *a, const char *line)
{
	const char *space = strchr(line, ' ');

	*a = (struct answer){
		.status = space ? strtol(space, NULL, 10) : 0,
		.range_from = ANSWER_NOT_SAID,
		.range_total = ANSWER_NOT_SAID,
		.length = ANSWER_NOT_SAID,
		.delimited = strncmp(line, "HTTP/1", 6) != 0, /* later versions have frames */
	};
}

/* RFC 9110, 14.4: "bytes FROM-TO/TOTAL" */
static void answer_range(struct answer *a, const char *v)
{
	unsigned long long from, to, total;

	if (sscanf(v, "bytes %llu-%llu/%llu", &from, &to, &total) != 3 || to < from || to >= total)
		return;
	a->range_from = from;
	a->range_total = total;
}

void answer_line(struct answer *a, const char *line)
{
	const char *v = strchr(line, ':');
	size_t n;

	if (!strncmp(line, "HTTP/", 5)) {
		answer_begin(a, line);
		return;
	}
	if (!v)
		return;
	n = (size_t)(v - line);
	v += 1 + strspn(v + 1, " \t");
#define IS(name) (n == sizeof(name) - 1 && !strncasecmp(line, name, n))
	if (IS("content-range")) {
		answer_range(a, v);
	} else if (IS("content-length")) {
		a->length = strtoull(v, NULL, 10);
		a->delimited = true;
	} else if (IS("transfer-encoding")) {
		a->delimited |= strcasestr(v, "chunked") != NULL;
	} else if (IS("retry-after")) {
		a->retry_after = (unsigned)strtoul(v, NULL, 10);
	} else if (IS("etag") && *v == '"' && strlen(v) < sizeof a->etag) {
		/* A weak one (W/"...") does not promise the same bytes. */
		snprintf(a->etag, sizeof a->etag, "%s", v);
	}
#undef IS
}
