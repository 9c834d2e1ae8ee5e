// SPDX-License-Identifier: Apache-2.0
/* truststore: /etc/ssl/certs as update-ca-certificates and its Java hook leave it: the bundle, a
 * link per certificate under its own name and under OpenSSL's, and the key store of a JRE. */
#pragma once

#include "layer/debfiles.h"
#include "layer/layer.h"

/* The certificates are the files of usr/share/ca-certificates/; without any nothing is added. */
int truststore_add(struct layer_writer *w, const struct debfiles *files, bool java, struct err *e);
