// SPDX-License-Identifier: Apache-2.0
#include "image/resolve.h"

#include <string.h>

#include "base/log.h"

int resolve_profile(struct resolve *r, struct err *e)
{
	struct lock *l = r->lock;

	if (l->profile && !strcmp(l->profile, pack_profile))
		return 0;
	if (r->refuse && l->profile) {
		err_set(e, ERR_SPEC, "%s is for blobs of profile %s, this host makes %s", l->file,
		        l->profile, pack_profile);
		return err_hint(e, "without --locked the same files come in other blobs");
	}
	if (l->profile && !r->is_lock) {
		log_warn("%s is for blobs of profile %s, this host makes %s: other digests",
		         l->file, l->profile, pack_profile);
		return 0;
	}
	if (r->refuse)
		return 0;
	l->profile = pack_profile;
	l->profile_changed = true;
	return 0;
}

static int refused(const struct resolve *r, const char *what, const char *name, const char *why,
                   struct err *e)
{
	err_set(e, ERR_SPEC, "%s says nothing of %s %s%s", r->lock->file, what, name, why);
	return err_hint(e, "run lili lock, look at what changed, and keep the file");
}

static bool is_updated(struct resolve *r, const char *name, bool already)
{
	if (!r->update || strcmp(r->update, name) != 0)
		return false;
	r->updated = true;
	return !already;
}

struct payload resolve_payload(const struct payload_spec *spec, const char *dir,
                               const struct lock_payload *locked)
{
	struct payload p = {
		.name = spec->name,
		.address = spec->address.v,
		.naddress = spec->address.n,
		.dir = dir,
		.sha256 = locked ? locked->sha256 : spec->sha256,
		.has_sha512 = spec->sha512.set,
		.size = locked ? locked->size : spec->size.n,
	};

	memcpy(p.sha512, spec->sha512.bytes, sizeof p.sha512);
	return p;
}

/* What vouches for a payload whose sha256 its definition does not give; NULL when nothing does. */
static const char *sha512_of(const struct payload_spec *spec, struct arena *a)
{
	char hex[2][DIGEST_HEX_MAX];
	struct digest half;

	if (!spec->sha512.set || digest_is_set(&spec->sha256))
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		memcpy(half.bytes, spec->sha512.bytes + i * sizeof half.bytes, sizeof half.bytes);
		digest_hex(&half, hex[i]);
	}
	return arena_printf(a, "%s%s", hex[0], hex[1]);
}

/* The definition may know less than the lock, but not other things. */
static int check_pins(const struct resolve *r, const struct payload_spec *spec,
                      const struct lock_payload *locked, struct err *e)
{
	const char *sha512 = sha512_of(spec, r->lock->arena);
	char want[DIGEST_HEX_MAX], have[DIGEST_HEX_MAX];
	bool pinned = digest_is_set(&spec->sha256);

	if (pinned && !digest_eq(&spec->sha256, &locked->sha256))
		err_set(e, ERR_SPEC, "%s: sha256 is %s, but %s says %s", spec->sha256_at,
		        digest_hex(&spec->sha256, want), r->lock->file,
		        digest_hex(&locked->sha256, have));
	else if (spec->size.set && spec->size.n != locked->size)
		err_set(e, ERR_SPEC, "%s: size is %llu, but %s says %llu", spec->at,
		        (unsigned long long)spec->size.n, r->lock->file,
		        (unsigned long long)locked->size);
	else if (!pinned && strcmp(spec->address.v[0], locked->address) != 0)
		err_set(e, ERR_SPEC, "%s: address is %s, but %s is about %s", spec->at,
		        spec->address.v[0], r->lock->file, locked->address);
	else if (sha512 && (!locked->sha512 || strcmp(sha512, locked->sha512) != 0))
		err_set(e, ERR_SPEC, "%s: sha512 is %.16s..., but %s is about %.16s...", spec->at,
		        sha512, r->lock->file, locked->sha512 ? locked->sha512 : "none");
	else
		return 0;
	return err_hint(e, "if the new one is meant: lili lock --update %s", spec->name);
}

static int find_payload(struct resolve *r, const struct layer_spec *layer,
                        const struct lock_payload **ret, struct err *e)
{
	const struct payload_spec *spec = layer->payload;
	struct lock_payload *locked = lock_payload(r->lock, spec->name);
	struct payload p = resolve_payload(spec, r->lock->dir, NULL);
	struct lock_payload new = {.name = spec->name,
	                           .address = spec->address.v[0],
	                           .sha512 = sha512_of(spec, r->lock->arena)};
	uint64_t size;

	if (locked && !is_updated(r, spec->name, locked->changed)) {
		*ret = locked;
		return check_pins(r, spec, locked, e);
	}
	if (r->refuse)
		return refused(r, "payload", spec->name, "", e);
	if (r->looks && !digest_is_set(&p.sha256))
		return 0;
	if (!r->looks && (!digest_is_set(&p.sha256) || !spec->size.set) &&
	    payload_fetch(r->fetch, &p, r->is_lock, e) < 0)
		return -1;
	if (r->is_lock && !layer->placing.file && digest_is_set(&p.sha256) &&
	    store_has(r->fetch->store->payloads, &p.sha256, &size) &&
	    layer_check_payload(r->fetch->store, p.name, &p.sha256, e) < 0)
		return -1;
	new.sha256 = p.sha256;
	new.size = p.size;
	lock_put_payload(r->lock, &new);
	*ret = lock_payload(r->lock, spec->name);
	return 0;
}

static json_t *sorted(const struct texts *t)
{
	AUTO(json) json_t *set = json_object();
	json_t *list = json_array();
	const char **v = mem_alloc(t->n, sizeof *v);
	size_t n = 0;

	/* By insertion: lists of packages are short. */
	for (size_t i = 0; i < t->n; i++) {
		size_t k = n;

		if (json_object_get(set, t->v[i]))
			continue;
		json_object_set_new(set, t->v[i], json_true());
		for (; k && strcmp(v[k - 1], t->v[i]) > 0; k--)
			v[k] = v[k - 1];
		v[k] = t->v[i];
		n++;
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(v[i]));
	free(v);
	return list;
}

/* Everything apt's answer depends on but the archive itself. */
static void inputs_of(const struct resolve *r, const struct packages_spec *p,
                      struct lock_set *const *below, size_t nbelow, struct digest *ret)
{
	json_t *lower = json_array();
	AUTO(json)
	json_t *doc = json_pack("{s:s, s:s, s:o, s:o, s:o}", "suite", p->suite, "arch",
	                        r->platform->debian, "components", sorted(&p->components),
	                        "install", sorted(&p->install), "below", lower);
	AUTO_DONE(buf) struct buf text = {0};

	for (size_t i = 0; i < nbelow; i++)
		for (size_t k = 0; k < below[i]->set.n; k++)
			json_array_append_new(lower, json_sprintf("%s=%s", below[i]->set.v[k].name,
			                                          below[i]->set.v[k].version));
	json_text(doc, &text);
	digest_bytes(ret, text.p, text.len);
}

static const char *over_text(struct arena *a, struct lock_set *const *below, size_t n)
{
	AUTO_DONE(buf) struct buf b = {0};

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", below[i]->name);
	return arena_dup(a, buf_str(&b));
}

static int solve(const struct resolve *r, const struct packages_spec *p,
                 struct lock_set *const *below, size_t nbelow, struct package_set *ret,
                 struct err *e)
{
	struct package_set *lower = mem_alloc(nbelow, sizeof *lower);
	const struct apt_request q = {
		.suite = p->suite,
		.components = p->components.v,
		.install = p->install.v,
		.arch = r->platform->debian,
		.below = lower,
		.nbelow = nbelow,
	};
	int rc;

	for (size_t i = 0; i < nbelow; i++)
		lower[i] = below[i]->set;
	rc = apt_resolve(r->fetch, &q, r->lock->arena, ret, e);
	free(lower);
	return rc;
}

static int find_set(struct resolve *r, const struct layer_spec *layer,
                    struct lock_set *const *below, size_t nbelow, struct lock_set **ret,
                    struct err *e)
{
	struct lock_set new = {.name = layer->set, .suite = layer->packages->suite};
	struct lock_set *locked;

	new.over = over_text(r->lock->arena, below, nbelow);
	inputs_of(r, layer->packages, below, nbelow, &new.inputs);
	locked = lock_set(r->lock, new.name, new.over);
	if (locked && digest_eq(&locked->inputs, &new.inputs) && !locked->gone &&
	    !is_updated(r, layer->set, locked->changed)) {
		locked->suite = new.suite;
		*ret = locked;
		return 0;
	}
	if (r->refuse)
		return refused(r, "package set", new.name, locked ? " as it is defined now" : "",
		               e);
	if (r->looks)
		return 0;
	if (solve(r, layer->packages, below, nbelow, &new.set, e) < 0)
		return err_ctx(e, "%s", layer->at);
	*ret = lock_put_set(r->lock, &new);
	return 0;
}

int resolve_image(struct resolve *r, const struct image_spec *image, struct locked_layer **ret,
                  struct err *e)
{
	struct arena *a = r->lock->arena;
	struct locked_layer *v = arena_alloc(a, image->nlayers, sizeof *v);
	struct lock_set **below = arena_alloc(a, image->nlayers, sizeof(void *));
	size_t nbelow = 0;

	for (size_t i = 0; i < image->nlayers; i++) {
		const struct layer_spec *layer = &image->layers[i];

		if (layer->kind == LAYER_PAYLOAD && find_payload(r, layer, &v[i].payload, e) < 0)
			return -1;
		/* What lies on an unknown set is unknown too. */
		if (layer->kind != LAYER_PACKAGES || (nbelow && !below[nbelow - 1]))
			continue;
		if (find_set(r, layer, below, nbelow, &v[i].set, e) < 0)
			return -1;
		below[nbelow++] = v[i].set;
	}
	*ret = v;
	return 0;
}
