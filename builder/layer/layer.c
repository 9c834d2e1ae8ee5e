// SPDX-License-Identifier: Apache-2.0
#include "layer/layer.h"

#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "layer/tar.h"
#include "source/name.h"

#define IO_SIZE ((size_t)256 << 10)
/* The paths of a layer are in memory until it is closed. */
#define MAX_ENTRIES 500000
#define MAX_NAMES ((size_t)32 << 20) /* bytes of all names and targets */

struct layer_writer {
	struct store *store;
	struct pack *pack;
	struct paths paths;
	uint32_t *table; /* open addressing: an index into paths.v, plus one */
	size_t table_size;
	uint64_t seed;
	size_t names; /* bytes of all names and targets so far */
	struct hash hash;
	struct buf header;
	int64_t newest;
	char bytes[IO_SIZE];
};

int layer_open(struct store *s, unsigned threads, struct layer_writer **ret, struct err *e)
{
	AUTO(layer) struct layer_writer *w = mem_alloc(1, sizeof *w);

	w->store = s;
	w->table_size = 1 << 12;
	w->table = mem_alloc(w->table_size, sizeof *w->table);
	if (getrandom(&w->seed, sizeof w->seed, 0) != sizeof w->seed)
		return err_sys(e, "random bytes");
	if (pack_open(s, threads, &w->pack, e) < 0)
		return -1;
	*ret = take(&w);
	return 0;
}

void layer_free(struct layer_writer *w)
{
	if (w->pack)
		pack_free(w->pack);
	paths_done(&w->paths);
	hash_done(&w->hash);
	buf_done(&w->header);
	free(w->table);
	free(w);
}

/* Seeded, so that no archive can be made to collide. */
static uint32_t *table_slot(const struct layer_writer *w, const char *name, size_t len)
{
	uint64_t h = w->seed;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * 0x9e3779b97f4a7c15u ^ (h >> 29);
	for (size_t i = (h ^ h >> 32) & (w->table_size - 1);; i = (i + 1) & (w->table_size - 1)) {
		const char *have;

		if (!w->table[i])
			return &w->table[i];
		have = w->paths.v[w->table[i] - 1].entry.name;
		if (!strncmp(have, name, len) && !have[len])
			return &w->table[i];
	}
}

static struct path *find(const struct layer_writer *w, const char *name, size_t len)
{
	uint32_t at = *table_slot(w, name, len);

	return at ? &w->paths.v[at - 1] : NULL;
}

const struct path *layer_find(const struct layer_writer *w, const char *name)
{
	return find(w, name, strlen(name));
}

bool layer_has(const struct layer_writer *w, const char *name)
{
	return find(w, name, strlen(name)) != NULL;
}

static struct path *remember(struct layer_writer *w, const struct entry *x)
{
	if (w->paths.n * 2 >= w->table_size) {
		free(w->table);
		w->table_size *= 2;
		w->table = mem_alloc(w->table_size, sizeof *w->table);
		for (size_t i = 0; i < w->paths.n; i++) {
			// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): n > 0
			const char *name = w->paths.v[i].entry.name;

			*table_slot(w, name, strlen(name)) = (uint32_t)i + 1;
		}
	}
	w->names += strlen(x->name) + (x->link ? strlen(x->link) : 0);
	paths_add(&w->paths, x, NULL);
	*table_slot(w, x->name, strlen(x->name)) = (uint32_t)w->paths.n;
	return &w->paths.v[w->paths.n - 1];
}

static int put_header(struct layer_writer *w, const struct entry *x, struct err *e)
{
	w->header.len = 0;
	tar_header(&w->header, x);
	if (x->mtime > w->newest)
		w->newest = x->mtime;
	if (pack_boundary(w->pack, e) < 0)
		return -1;
	return pack_write(w->pack, w->header.p, w->header.len, e);
}

static int put_parents(struct layer_writer *w, const char *name, struct err *e)
{
	for (const char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		const struct path *have = find(w, name, (size_t)(p - name));
		char dir[NAME_MAX_PATH + 1];
		struct entry x = {
			.type = ENTRY_DIR, .name = dir, .mode = 0755, .mtime = ENTRY_FIXED_TIME};

		if (have && have->entry.type == ENTRY_DIR)
			continue;
		memcpy(dir, name, (size_t)(p - name));
		dir[p - name] = '\0';
		if (have)
			return err_set(e, ERR_VERIFY, "is below %s, which is %s", name_quote(dir),
			               entry_type_name(have->entry.type));
		remember(w, &x);
		if (put_header(w, &x, e) < 0)
			return -1;
	}
	return 0;
}

/* 1: a folder that is there already, alike. */
static int check_twice(const struct layer_writer *w, const struct entry *x, struct err *e)
{
	const struct path *have = find(w, x->name, strlen(x->name));

	if (!have)
		return 0;
	if (x->type != ENTRY_DIR || have->entry.type != ENTRY_DIR)
		return err_set(e, ERR_VERIFY, "comes twice: it is %s already",
		               entry_type_name(have->entry.type));
	if (x->mode != have->entry.mode || x->uid != have->entry.uid || x->gid != have->entry.gid)
		return err_set(e, ERR_VERIFY, "comes twice, with mode %04o %u:%u and %04o %u:%u",
		               have->entry.mode, have->entry.uid, have->entry.gid, x->mode, x->uid,
		               x->gid);
	return 1;
}

static int put_body(struct layer_writer *w, const struct entry *x, layer_body *body, void *ctx,
                    struct digest *ret, struct err *e)
{
	static const char zeros[512];
	uint64_t left = x->size;
	size_t n;

	while (left) {
		if (body(ctx, w->bytes, left < IO_SIZE ? (size_t)left : IO_SIZE, &n, e) < 0)
			return -1;
		if (!n)
			return err_set(e, ERR_VERIFY, "ends %llu bytes early",
			               (unsigned long long)left);
		hash_add(&w->hash, w->bytes, n);
		if (pack_write(w->pack, w->bytes, n, e) < 0)
			return -1;
		left -= n;
	}
	hash_end(&w->hash, ret->bytes);
	return pack_write(w->pack, zeros, tar_padding(x->size), e);
}

/* A hard link is what its target is: its own owner and mode would change the target's. */
static int follow(const struct layer_writer *w, struct entry *x, struct digest *ret, struct err *e)
{
	const struct path *to = find(w, x->link, strlen(x->link));

	if (!to || (to->entry.type != ENTRY_FILE && to->entry.type != ENTRY_HARDLINK))
		return err_set(e, ERR_VERIFY, "is a hard link to %s, which is %s",
		               name_quote(x->link), to ? "no file" : "not there (yet)");
	x->mode = to->entry.mode;
	x->uid = to->entry.uid;
	x->gid = to->entry.gid;
	x->mtime = to->entry.mtime;
	*ret = to->digest;
	return 0;
}

static int add(struct layer_writer *w, struct entry *x, layer_body *body, void *ctx, struct err *e)
{
	struct digest digest = {0};
	int twice;

	if (w->paths.n >= MAX_ENTRIES)
		return err_set(e, ERR_VERIFY, "is one more than the %d entries a layer may have",
		               MAX_ENTRIES);
	if (w->names > MAX_NAMES)
		return err_set(e, ERR_VERIFY, "is one too many: the names before it are %zu bytes",
		               w->names);
	if (put_parents(w, x->name, e) < 0)
		return -1;
	twice = check_twice(w, x, e);
	if (twice)
		return twice < 0 ? -1 : 0;
	if (x->type == ENTRY_HARDLINK && follow(w, x, &digest, e) < 0)
		return -1;
	if (put_header(w, x, e) < 0)
		return -1;
	if (x->type == ENTRY_FILE && put_body(w, x, body, ctx, &digest, e) < 0)
		return -1;
	remember(w, x)->digest = digest;
	return 0;
}

int layer_add(struct layer_writer *w, const struct entry *x, layer_body *body, void *ctx,
              struct err *e)
{
	const char *why = name_complaint(x->name);
	struct entry copy = *x;

	if (why)
		return err_set(e, ERR_VERIFY, "entry %s: its name %s", name_quote(x->name), why);
	if (x->type == ENTRY_SYMLINK) {
		why = name_target_complaint(x->link);
		copy.mode = 0777;
	}
	if (why)
		return err_set(e, ERR_VERIFY, "entry %s: its target %s %s", name_quote(x->name),
		               name_quote(x->link), why);
	if (add(w, &copy, body, ctx, e) < 0)
		return err_ctx(e, "entry %s", name_quote(x->name));
	return 0;
}

struct bytes {
	const char *p;
	size_t left;
};

static int give_bytes(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct bytes *b = ctx;

	(void)e;
	*ret_n = b->left < cap ? b->left : cap;
	memcpy(buf, b->p, *ret_n);
	b->p += *ret_n;
	b->left -= *ret_n;
	return 0;
}

int layer_add_bytes(struct layer_writer *w, const char *name, uint32_t mode, const void *p,
                    size_t n, struct err *e)
{
	struct entry x = {.type = ENTRY_FILE,
	                  .name = name,
	                  .mode = mode,
	                  .size = n,
	                  .mtime = ENTRY_FIXED_TIME};

	return layer_add(w, &x, give_bytes, &(struct bytes){p, n}, e);
}

int layer_add_dir(struct layer_writer *w, const char *name, uint32_t mode, struct err *e)
{
	struct entry x = {.type = ENTRY_DIR, .name = name, .mode = mode, .mtime = ENTRY_FIXED_TIME};

	return layer_add(w, &x, NULL, NULL, e);
}

int layer_add_symlink(struct layer_writer *w, const char *name, const char *target, struct err *e)
{
	struct entry x = {
		.type = ENTRY_SYMLINK, .name = name, .link = target, .mtime = ENTRY_FIXED_TIME};

	return layer_add(w, &x, NULL, NULL, e);
}

int layer_close(struct layer_writer *w, struct layer *ret, struct err *e)
{
	static const char end[TAR_END];
	struct layer done = {.newest = w->newest};

	if (pack_write(w->pack, end, sizeof end, e) < 0 || pack_close(w->pack, &done.packed, e) < 0)
		return -1;
	if (paths_save(w->store, &done.packed.diff_id, &w->paths, e) < 0)
		return -1;
	*ret = done;
	return 0;
}
