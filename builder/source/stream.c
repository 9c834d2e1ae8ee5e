// SPDX-License-Identifier: Apache-2.0
#include "source/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/progress.h"
#include "source/inflate.h"

struct file_stream {
	struct stream door;
	int fd;
	struct progress *step; /* of the thread that opened it, not of the one that reads */
	bool hashed;
	struct digest want;
	struct hash hash;
};

static int file_end(struct file_stream *f, struct err *e)
{
	char want[DIGEST_STR_MAX], have[DIGEST_STR_MAX];
	struct digest got;

	if (!f->hashed)
		return 0;
	f->hashed = false;
	hash_end(&f->hash, got.bytes);
	if (digest_eq(&got, &f->want))
		return 0;
	err_set(e, ERR_VERIFY, "want %s, got %s", digest_str(&f->want, want),
	        digest_str(&got, have));
	return err_hint(e, "the file changed after it was verified: remove it from the store's "
	                   "payloads/ and build again");
}

static int file_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct file_stream *f = (struct file_stream *)s;
	ssize_t n;

	do
		n = read(f->fd, buf, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, "read");
	if (n == 0 && file_end(f, e) < 0)
		return -1;
	if (f->hashed)
		hash_add(&f->hash, buf, (size_t)n);
	progress_count(f->step, (uint64_t)n);
	*ret_n = (size_t)n;
	return 0;
}

static void file_free(struct stream *s)
{
	struct file_stream *f = (struct file_stream *)s;

	close(f->fd);
	hash_done(&f->hash);
	free(f);
}

struct stream *stream_file(int fd, const struct digest *want)
{
	struct file_stream *f = mem_alloc(1, sizeof *f);

	f->door = (struct stream){file_read, file_free};
	f->fd = fd;
	f->step = progress_mine();
	if (want) {
		f->hashed = true;
		f->want = *want;
	}
	return &f->door;
}

int stream_read_full(struct stream *s, void *buf, size_t n, size_t *ret_n, struct err *e)
{
	size_t have = 0, got = 1;

	while (have < n && got) {
		if (s->read(s, (char *)buf + have, n - have, &got, e) < 0)
			return -1;
		have += got;
	}
	*ret_n = have;
	return 0;
}

/* A stream whose first bytes were looked at already. */
struct peeked {
	struct stream door;
	struct stream *from;
	char head[8];
	size_t at, n;
};

static int peeked_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct peeked *p = (struct peeked *)s;

	if (p->at == p->n)
		return p->from->read(p->from, buf, cap, ret_n, e);
	*ret_n = cap < p->n - p->at ? cap : p->n - p->at;
	memcpy(buf, p->head + p->at, *ret_n);
	p->at += *ret_n;
	return 0;
}

static void peeked_free(struct stream *s)
{
	struct peeked *p = (struct peeked *)s;

	stream_free(p->from);
	free(p);
}

static bool begins(const char *head, size_t n, size_t at, const char *text)
{
	size_t len = strlen(text);

	return n >= at + len && !memcmp(head + at, text, len);
}

int stream_inflate(struct stream *s, struct stream **ret, struct err *e)
{
	static const struct {
		const char *magic;
		const char *then; /* what the fifth byte begins, where the magic alone is text */
		struct stream *(*open)(struct stream *s);
	} kinds[] = {
		{"\x1f\x8b",         "",     stream_gzip },
		{"\xfd\x37zXZ",      "",     stream_xz   },
		{"\x28\xb5\x2f\xfd", "",     stream_zstd },
		{"BZh",              "1AY&", stream_bzip2},
	};
	struct peeked *p = mem_alloc(1, sizeof *p);

	p->door = (struct stream){peeked_read, peeked_free};
	p->from = s;
	if (stream_read_full(s, p->head, sizeof p->head, &p->n, e) < 0) {
		stream_free(&p->door);
		return -1;
	}
	*ret = &p->door;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (begins(p->head, p->n, 0, kinds[i].magic) &&
		    begins(p->head, p->n, 4, kinds[i].then))
			*ret = kinds[i].open(&p->door);
	return 0;
}
