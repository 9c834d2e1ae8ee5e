// SPDX-License-Identifier: Apache-2.0
#include "net/patience.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/stop.h"
#include "net/http.h"

struct http_policy http_policy = {.tries = 5, .silence = 30, .backoff_ms = 500, .wait_max = 60};

static unsigned from_env(const char *name, unsigned fallback)
{
	const char *text = getenv(name);
	char *end;
	unsigned long n;

	if (!text || *text < '1' || *text > '9')
		return fallback;
	n = strtoul(text, &end, 10);
	return *end || n > 3600 ? fallback : (unsigned)n;
}

void patience_read(void)
{
	http_policy.tries = from_env("LILI_NET_TRIES", http_policy.tries);
	http_policy.silence = from_env("LILI_NET_TIMEOUT", http_policy.silence);
}

void patience_wait(unsigned tried, unsigned retry_after)
{
	unsigned ms = http_policy.backoff_ms << (tried < 6 ? tried - 1 : 5), r = 0;

	(void)!getrandom(&r, sizeof r, 0);
	ms += r % (ms + 1);
	if (retry_after > http_policy.wait_max)
		retry_after = http_policy.wait_max;
	if (ms < retry_after * 1000)
		ms = retry_after * 1000;
	stop_sleep(ms);
}

time_t patience_end(uint64_t size)
{
	return time(NULL) + 600 + (time_t)((size ? size : (uint64_t)1 << 30) / 50000);
}
