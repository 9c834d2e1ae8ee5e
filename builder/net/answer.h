// SPDX-License-Identifier: Apache-2.0
/* answer: what the head of an HTTP response says that matters to a download. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ANSWER_ETAG_MAX 200
#define ANSWER_NOT_SAID UINT64_MAX

struct answer {
	long status;
	uint64_t range_from, range_total; /* of a valid Content-Range; or ANSWER_NOT_SAID */
	uint64_t length;                  /* Content-Length; or ANSWER_NOT_SAID */
	bool delimited;                   /* the body's end can be told from a cut */
	unsigned retry_after;             /* seconds; 0: not said */
	char etag[ANSWER_ETAG_MAX];       /* with its quotes; empty when weak or none */
};

/* One line of a head, without its line end.  A status line starts a new answer: those of redirects
 * and of "100 Continue" do not linger. */
void answer_line(struct answer *a, const char *line);
