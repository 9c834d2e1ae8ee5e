// SPDX-License-Identifier: Apache-2.0
#include "layer/pack.h"

#include <libdeflate.h>
#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "base/stop.h"
#include "layer/gzip.h"

#define PIECE_LEAST ((size_t)256 << 10)
#define PIECE_MOST ((size_t)1 << 20)
#define MAX_THREADS 6 /* each costs 5 MB of the 64 that a payload may take */

const char pack_profile[] = "gz-libdeflate" LIBDEFLATE_VERSION_STRING;

/* Of all packs: threads that wait here leave the processors to those that compress. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	unsigned limit, inside;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

enum piece_state { FREE, READY, TAKEN, DONE };

struct piece {
	enum piece_state state;
	size_t in_len, out_len;
	uint8_t *in, *out;
};

/* A ring of pieces: the caller fills them in order, any thread compresses one, and whoever finds
 * the next in line finished hashes and writes it. */
struct pack {
	struct store *store;
	struct fs_file file;
	struct hash tar_hash, blob_hash;
	uint64_t tar_size, blob_size;
	struct piece *ring;
	size_t npieces;
	uint64_t filled, taken, written; /* piece numbers; number % npieces is the slot */
	bool ending, writing;
	struct err err; /* the first that went wrong in a thread */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t threads[MAX_THREADS];
	unsigned nthreads;
};

void pack_limit(unsigned n)
{
	pthread_mutex_lock(&gate.lock);
	gate.limit = n;
	pthread_mutex_unlock(&gate.lock);
}

static void gate_enter(void)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.limit && gate.inside >= gate.limit)
		pthread_cond_wait(&gate.left, &gate.lock);
	gate.inside++;
	pthread_mutex_unlock(&gate.lock);
}

static void gate_leave(void)
{
	pthread_mutex_lock(&gate.lock);
	gate.inside--;
	pthread_cond_signal(&gate.left);
	pthread_mutex_unlock(&gate.lock);
}

static unsigned bounded(unsigned threads)
{
	return threads < 1 ? 1 : threads > MAX_THREADS ? MAX_THREADS : threads;
}

static size_t pieces(unsigned threads)
{
	return 2 * (size_t)threads + 1;
}

size_t pack_memory(unsigned threads)
{
	return pieces(bounded(threads)) * (PIECE_MOST + gzip_bound(PIECE_MOST));
}

static struct piece *slot(struct pack *p, uint64_t number)
{
	return &p->ring[number % p->npieces];
}

/* With the lock held, and given back held. */
static void write_finished(struct pack *p)
{
	struct piece *x;

	if (p->writing)
		return;
	p->writing = true;
	while (p->written < p->taken && (x = slot(p, p->written))->state == DONE) {
		struct err e = {0};
		bool stop = p->err.kind != ERR_NONE;

		pthread_mutex_unlock(&p->lock);
		if (!stop && fs_write(p->file.fd, x->out, x->out_len, &e) == 0) {
			hash_add(&p->blob_hash, x->out, x->out_len);
			p->blob_size += x->out_len;
		}
		pthread_mutex_lock(&p->lock);
		if (e.kind && !p->err.kind)
			p->err = e;
		x->state = FREE;
		p->written++;
		pthread_cond_broadcast(&p->changed);
	}
	p->writing = false;
}

static void *compress_pieces(void *arg)
{
	AUTO(gzip) struct gzip *g = gzip_new();
	struct pack *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct piece *x;

		while (p->taken == p->filled && !p->ending)
			pthread_cond_wait(&p->changed, &p->lock);
		if (p->taken == p->filled)
			break;
		x = slot(p, p->taken++);
		x->state = TAKEN;
		pthread_mutex_unlock(&p->lock);
		gate_enter();
		x->out_len = gzip_piece(g, x->in, x->in_len, x->out);
		gate_leave();
		pthread_mutex_lock(&p->lock);
		x->state = DONE;
		write_finished(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int pack_open(struct store *s, unsigned threads, struct pack **ret, struct err *e)
{
	AUTO(pack) struct pack *p = mem_alloc(1, sizeof *p);

	p->store = s;
	p->file = FS_FILE_NONE;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	threads = bounded(threads);
	p->npieces = pieces(threads);
	p->ring = mem_alloc(p->npieces, sizeof *p->ring);
	for (size_t i = 0; i < p->npieces; i++) {
		p->ring[i].in = mem_grow(NULL, PIECE_MOST, 1);
		p->ring[i].out = mem_grow(NULL, gzip_bound(PIECE_MOST), 1);
	}
	if (fs_create(&p->file, s->tmpfd, e) < 0)
		return err_ctx(e, "store %s", s->path);
	for (; p->nthreads < threads; p->nthreads++)
		if (pthread_create(&p->threads[p->nthreads], NULL, compress_pieces, p) != 0)
			return err_set(e, ERR_SYS, "cannot start a thread");
	*ret = take(&p);
	return 0;
}

/* Hands the piece being filled to the threads and waits for the next slot. */
static int end_piece(struct pack *p, struct err *e)
{
	int failed;

	if (stop_check(e) < 0)
		return -1;
	pthread_mutex_lock(&p->lock);
	slot(p, p->filled)->state = READY;
	p->filled++;
	pthread_cond_broadcast(&p->changed);
	while (slot(p, p->filled)->state != FREE)
		pthread_cond_wait(&p->changed, &p->lock);
	slot(p, p->filled)->in_len = 0;
	failed = p->err.kind != ERR_NONE;
	if (failed)
		*e = p->err;
	pthread_mutex_unlock(&p->lock);
	return failed ? -1 : 0;
}

int pack_write(struct pack *p, const void *bytes, size_t n, struct err *e)
{
	const uint8_t *at = bytes;

	hash_add(&p->tar_hash, bytes, n);
	p->tar_size += n;
	while (n) {
		struct piece *x = slot(p, p->filled);
		size_t k = PIECE_MOST - x->in_len < n ? PIECE_MOST - x->in_len : n;

		memcpy(x->in + x->in_len, at, k);
		x->in_len += k;
		at += k;
		n -= k;
		if (x->in_len == PIECE_MOST && end_piece(p, e) < 0)
			return -1;
	}
	return 0;
}

int pack_boundary(struct pack *p, struct err *e)
{
	return slot(p, p->filled)->in_len < PIECE_LEAST ? 0 : end_piece(p, e);
}

/* Lets the threads finish what is filled and ends them. */
static void join(struct pack *p)
{
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	while (p->nthreads)
		pthread_join(p->threads[--p->nthreads], NULL);
}

int pack_close(struct pack *p, struct packed *ret, struct err *e)
{
	struct packed done = {.tar_size = p->tar_size};

	if (slot(p, p->filled)->in_len && end_piece(p, e) < 0)
		return -1;
	join(p);
	if (p->err.kind) {
		*e = p->err;
		return err_ctx(e, "store %s", p->store->path);
	}
	hash_end(&p->tar_hash, done.diff_id.bytes);
	hash_end(&p->blob_hash, done.digest.bytes);
	done.size = p->blob_size;
	if (store_keep(p->store, p->store->blobs, &p->file, &done.digest, e) < 0)
		return -1;
	*ret = done;
	return 0;
}

void pack_free(struct pack *p)
{
	join(p);
	fs_file_done(&p->file);
	hash_done(&p->tar_hash);
	hash_done(&p->blob_hash);
	for (size_t i = 0; i < p->npieces; i++) {
		free(p->ring[i].in);
		free(p->ring[i].out);
	}
	free(p->ring);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
