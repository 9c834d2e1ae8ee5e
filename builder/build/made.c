// SPDX-License-Identifier: Apache-2.0
#include "build/made.h"

#include "store/memo.h"

bool made_parse(const json_t *j, struct layer *ret)
{
	struct err ignored = {0};
	json_int_t size, tar_size, newest;
	const char *digest, *diff_id;

	if (json_unpack((json_t *)(uintptr_t)j, "{s:s, s:s, s:I, s:I, s:I}", "digest", &digest,
	                "diffID", &diff_id, "size", &size, "tarSize", &tar_size, "newest",
	                &newest) < 0 ||
	    digest_parse(&ret->packed.digest, digest, &ignored) < 0 ||
	    digest_parse(&ret->packed.diff_id, diff_id, &ignored) < 0)
		return false;
	ret->packed.size = (uint64_t)size;
	ret->packed.tar_size = (uint64_t)tar_size;
	ret->newest = newest;
	return true;
}

bool made_get(struct store *s, const struct digest *key, struct layer *ret)
{
	AUTO(json) json_t *j = NULL;
	struct layer layer = {0};
	uint64_t size;

	if (memo_get(s, key, &j) < 0 || !j || !made_parse(j, &layer))
		return false;
	if (!store_has(s->blobs, &layer.packed.digest, &size) || size != layer.packed.size ||
	    !store_has(s->paths, &layer.packed.diff_id, NULL))
		return false;
	*ret = layer;
	return true;
}

int made_put(struct store *s, const struct digest *key, const struct layer *layer, struct err *e)
{
	char digest[DIGEST_STR_MAX], diff_id[DIGEST_STR_MAX];
	AUTO(json)
	json_t *j = json_pack(
		"{s:s, s:s, s:I, s:I, s:I}", "digest", digest_str(&layer->packed.digest, digest),
		"diffID", digest_str(&layer->packed.diff_id, diff_id), "size",
		(json_int_t)layer->packed.size, "tarSize", (json_int_t)layer->packed.tar_size,
		"newest", (json_int_t)layer->newest);

	return memo_put(s, key, j, e);
}
