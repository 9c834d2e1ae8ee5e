// SPDX-License-Identifier: Apache-2.0
/* audit_layer: one layer of the store read to its end, held against its diffID and its index of
 * paths. */
#pragma once

#include "store/store.h"

/* ERR_VERIFY says what differs first. */
int audit_layer(struct store *s, const struct digest *blob, const struct digest *diff_id,
                struct err *e);
