// SPDX-License-Identifier: Apache-2.0
/* store: an OCI image layout with payloads/, paths/ and memo/ beside it (image-spec v1.1.1,
 * image-layout.md).  A name in it is a verified digest; everything is written whole or not at all,
 * and two builds at once share it. */
#pragma once

#include <stdbool.h>

#include "base/digest.h"
#include "base/fs.h"
#include "base/json.h"

/* The file that says what the folder is: oci-layout. */
#define STORE_LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

struct store {
	char *path;    /* owned */
	int dirfd;     /* the layout itself; where temporary files are is `tmpfd` */
	int tmpfd;     /* tmp/ */
	int blobs;     /* blobs/sha256/ */
	int payloads;  /* payloads/: verified files under their hex digest */
	int paths;     /* paths/: a layer's index of paths, under the hex of its diffID */
	int memo;      /* memo/: what a step made, under the hex of its key */
	bool readonly; /* only looked at: what would be remembered is not */
};
#define STORE_NONE                                                                                 \
	(struct store)                                                                             \
	{                                                                                          \
		NULL, -1, -1, -1, -1, -1, -1, false                                                \
	}

/* Opens it, making what is missing.  path NULL: $LILI_STORE, else $XDG_CACHE_HOME/lili, else
 * ~/.cache/lili.  It is refused when it or a folder in it can be written by others or belongs to
 * somebody else. */
int store_open(struct store *s, const char *path, struct err *e);
/* The same for those who only look: nothing is made or tidied, what is not there (its descriptor
 * is -1 then) holds nothing. */
int store_look(struct store *s, const char *path, struct err *e);
void store_done(struct store *s);
/* Waits until nobody else has the store open but to look at it, and lets nobody in until
 * store_done: for those who remove what another build may be about to use. */
int store_claim(struct store *s, struct err *e);

/* Gives a file in the making (created in s->tmpfd) its name: the digest its writer computed. */
int store_keep(struct store *s, int area, struct fs_file *f, const struct digest *d, struct err *e);
bool store_has(int area, const struct digest *d, uint64_t *ret_size);
int store_open_file(int area, const struct digest *d, int *ret_fd, struct err *e);
/* A small document: written to blobs under its digest, unless just these bytes are there. */
int store_put_blob(struct store *s, const void *p, size_t n, struct digest *ret, struct err *e);
/* A document of at most `max` bytes, hashed again: other bytes than its name says are ERR_VERIFY.
 */
int store_read_blob(struct store *s, const struct digest *d, size_t max, struct buf *ret,
                    struct err *e);
