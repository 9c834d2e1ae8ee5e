// SPDX-License-Identifier: Apache-2.0
#include "source/ahead.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"

#define SLOTS 4
#define SLOT_SIZE ((size_t)256 << 10)

struct slot {
	size_t n;
	uint8_t bytes[SLOT_SIZE];
};

struct ahead {
	struct stream door;
	struct stream *from; /* the thread's until it has ended */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t filled, emptied; /* slots so far; the difference is what is there to read */
	size_t at;              /* of the slot being read here */
	bool cancelled;
	int result; /* the thread's end: 1 not yet, 0 the stream's end, -1 `err` */
	struct err err;
	struct slot slot[SLOTS];
};

/* The slot to fill, or NULL when nobody wants it any more. */
static struct slot *free_slot(struct ahead *a)
{
	struct slot *s;

	pthread_mutex_lock(&a->lock);
	while (!a->cancelled && a->filled - a->emptied == SLOTS)
		pthread_cond_wait(&a->moved, &a->lock);
	s = a->cancelled ? NULL : &a->slot[a->filled % SLOTS];
	pthread_mutex_unlock(&a->lock);
	return s;
}

static void *read_ahead(void *ctx)
{
	struct ahead *a = ctx;
	struct slot *s;
	int result = 1;

	while (result > 0 && (s = free_slot(a))) {
		struct err e = {0};

		if (a->from->read(a->from, s->bytes, SLOT_SIZE, &s->n, &e) < 0)
			result = -1;
		else if (!s->n)
			result = 0;
		pthread_mutex_lock(&a->lock);
		a->result = result;
		a->err = e;
		a->filled += result > 0;
		pthread_cond_signal(&a->moved);
		pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

static int ahead_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct ahead *a = (struct ahead *)s;
	struct slot *from;
	size_t n;
	bool any;

	pthread_mutex_lock(&a->lock);
	while (a->filled == a->emptied && a->result > 0)
		pthread_cond_wait(&a->moved, &a->lock);
	any = a->filled != a->emptied;
	pthread_mutex_unlock(&a->lock);
	*ret_n = 0;
	if (!any) {
		if (a->result < 0)
			*e = a->err;
		return a->result;
	}
	from = &a->slot[a->emptied % SLOTS];
	n = from->n - a->at < cap ? from->n - a->at : cap;
	memcpy(buf, from->bytes + a->at, n);
	a->at += n;
	*ret_n = n;
	if (a->at < from->n)
		return 0;
	a->at = 0;
	pthread_mutex_lock(&a->lock);
	a->emptied++;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
	return 0;
}

static void ahead_free(struct stream *s)
{
	struct ahead *a = (struct ahead *)s;

	pthread_mutex_lock(&a->lock);
	a->cancelled = true;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->lock);
	stream_free(a->from);
	free(a);
}

struct stream *stream_ahead(struct stream *s)
{
	struct ahead *a = mem_alloc(1, sizeof *a);

	a->door = (struct stream){ahead_read, ahead_free};
	a->from = s;
	a->result = 1;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->moved, NULL);
	if (pthread_create(&a->thread, NULL, read_ahead, a) == 0)
		return &a->door;
	free(a);
	return s;
}
