// SPDX-License-Identifier: Apache-2.0
/* ahead: a stream read by a thread of its own, a little ahead of whoever reads it here; for a
 * decompressor that is as slow as all that comes after it. */
#pragma once

#include "source/stream.h"

/* Owns `s`.  Without a thread to be had it is `s` itself. */
struct stream *stream_ahead(struct stream *s);
