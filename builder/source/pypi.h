// SPDX-License-Identifier: Apache-2.0
/* pypi: a source archive by name and version, fetched by the host's pip, so that the site's index,
 * mirrors, proxies and credentials apply.  No code of the archive ever runs. */
#pragma once

#include "source/fetch.h"

/* `spec` is NAME==VERSION.  pip failing or missing is ERR_NET, ERR_SYS is our disk. */
int pypi_fetch(const struct fetch *f, const char *spec, struct checksum *want, struct err *e);
