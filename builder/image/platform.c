// SPDX-License-Identifier: Apache-2.0
#include "image/platform.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/base.h"

static const struct platform platforms[] = {
	{"linux/amd64", "linux", "amd64", "amd64", "x86_64" },
	{"linux/arm64", "linux", "arm64", "arm64", "aarch64"},
};

int platform_find(const char *name, const struct platform **ret, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(platforms); i++) {
		if (!strcmp(platforms[i].name, name)) {
			*ret = &platforms[i];
			return 0;
		}
	}
	err_set(e, ERR_USAGE, "--platform %s: not known", name);
	return err_hint(e, "linux/amd64 and linux/arm64 are");
}

bool platform_is_host(const struct platform *p)
{
	struct utsname u;

	return uname(&u) == 0 && !strcmp(u.machine, p->machine);
}
