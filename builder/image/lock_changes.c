// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "image/lock.h"

#define SHOWN_DIGEST 19 /* "sha256:" and what people compare */

static void payload(const struct lock_payload *now, struct buf *b)
{
	const struct lock_payload *was = now->was;
	char new[DIGEST_STR_MAX], old[DIGEST_STR_MAX];

	digest_str(&now->sha256, new);
	buf_printf(b, "payload %s: ", now->name);
	if (!was) {
		buf_printf(b, "new, %s, %s, %s\n", new, log_size(now->size), now->address);
		return;
	}
	digest_str(&was->sha256, old);
	if (strcmp(was->address, now->address) != 0)
		buf_printf(b, "%s -> %s, ", was->address, now->address);
	if (digest_eq(&was->sha256, &now->sha256)) {
		buf_add(b, "the same bytes\n");
		return;
	}
	buf_printf(b, "%.*s -> %s, %s -> %s\n", SHOWN_DIGEST, old, new, log_size(was->size),
	           log_size(now->size));
}

static const struct package *find(const struct package_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->v[i].name, name))
			return &set->v[i];
	return NULL;
}

/* One package in both lists, or in one of them: is it another one? */
static bool package(const struct package *was, const struct package *now, struct buf *b)
{
	if (was && now && !strcmp(was->version, now->version) &&
	    digest_eq(&was->sha256, &now->sha256))
		return false;
	if (!was)
		buf_printf(b, "  + %s %s\n", now->name, now->version);
	else if (!now)
		buf_printf(b, "  - %s %s\n", was->name, was->version);
	else
		buf_printf(b, "  ~ %s %s -> %s%s\n", now->name, was->version, now->version,
		           strcmp(was->version, now->version) ? "" : " (other bytes)");
	return true;
}

static uint64_t bytes_of(const struct package_set *set)
{
	uint64_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += set->v[i].size;
	return n;
}

static void packages(const struct lock_set *now, struct buf *b)
{
	static const struct package_set none;
	const struct package_set *was = now->was ? &now->was->set : &none;
	AUTO_DONE(buf) struct buf rows = {0};
	size_t n = 0;

	for (size_t i = 0; i < now->set.n; i++)
		n += package(find(was, now->set.v[i].name), &now->set.v[i], &rows);
	for (size_t i = 0; i < was->n; i++)
		if (!find(&now->set, was->v[i].name))
			n += package(&was->v[i], NULL, &rows);
	buf_printf(b, "packages %s: ", now->key);
	if (!now->was)
		buf_printf(b, "new, %zu packages, %s\n", now->set.n, log_size(bytes_of(&now->set)));
	else if (!n)
		buf_add(b, "the same packages\n");
	else
		buf_printf(b, "%zu differ\n%s", n, buf_str(&rows));
}

void lock_changes(const struct lock *l, struct buf *ret)
{
	for (size_t i = 0; i < l->npayloads; i++)
		if (l->payloads[i]->changed)
			payload(l->payloads[i], ret);
	for (size_t i = 0; i < l->nsets; i++)
		if (l->sets[i]->changed)
			packages(l->sets[i], ret);
	if (l->profile_changed)
		buf_printf(ret, "profile: %s\n", l->profile);
}
