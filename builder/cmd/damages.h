// SPDX-License-Identifier: Apache-2.0
/* damages: what an audit found, printed; ERR_VERIFY when it found something. */
#pragma once

#include "image/audit.h"

int damages_report(const struct audit *a, bool json, struct err *e);
