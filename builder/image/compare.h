// SPDX-License-Identifier: Apache-2.0
/* compare: two images, field by field, layer by layer, package by package, file by file. */
#pragma once

#include "image/tree.h"

/* One document (the caller's): {"schema": 1, "alike": bool, "a", "b": {"name", "digest"}, and lists
 * "config" {"field", "a"?, "b"?}, "layers" {"what": "removed", "added", "moved" or "packed" (the
 * same tar in another blob), "diffID", "a"?, "b"?}, "packages" {"name", "a"?, "b"?}, "files"
 * {"path", "a"?, "b"?}}.  What only one has lacks the other's part;
 * what both have alike is not in it.  Equal digests are alike and nothing further is read. */
int compare_views(const struct view *a, const struct view *b, json_t **ret, struct err *e);

/* The parts alone. */
void compare_configs(const struct view *a, const struct view *b, json_t *ret);
void compare_layers(const struct view *a, const struct view *b, json_t *ret);
void compare_trees(const struct tree *a, const struct tree *b, json_t *ret);
