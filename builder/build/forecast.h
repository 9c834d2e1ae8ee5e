// SPDX-License-Identifier: Apache-2.0
/* forecast: what a build would do and why, as one document: {"schema": 1, "images": [...], "fetch":
 * [{"name", "files", "size"?}], "fetchSize"}.  "size" lacks where it is not known before. */
#pragma once

#include "build/jobs.h"

/* {"name", "tags", "platform", "layers": [{"label", "does", "because"?, "changes"?}], "image": the
 * same of what it is beside them}.  "does" is "reuse", "build", or "resolve" where the lock lacks
 * the answer, and for the image "reuse" or "build".  `jobs` are those of the plan. */
json_t *forecast_image(struct store *s, const struct image_plan *p, struct job *const *jobs);
/* Takes the list of such images. */
json_t *forecast(json_t *images, const struct fetcher *f);
