// SPDX-License-Identifier: Apache-2.0
/* stock: what lies in the areas of a store, each thing with the name it has there, whatever it
 * is: nothing is taken for granted. */
#pragma once

#include "store/store.h"

enum stock_area { STOCK_BLOB, STOCK_PAYLOAD, STOCK_PATHS, STOCK_MEMO, STOCK_AREAS };

struct stock_item {
	enum stock_area area;
	const char *name;     /* of the file; belongs to the stock */
	struct digest digest; /* that the name is; unset when it is none */
	uint64_t size;
};

struct stock {
	struct stock_item *v; /* by area, then name */
	size_t n, cap;
	struct arena *arena; /* owned */
};

/* "blobs/sha256", as people find it in the store's folder. */
const char *stock_area_name(enum stock_area area);
int stock_read(struct store *s, struct stock *ret, struct err *e);
void stock_done(struct stock *o);

/* Reads all of it again: blobs and payloads have the digest they are called by, indexes of paths
 * and memos are what they should be; nothing but regular files of this user is opened.  What is
 * wrong is ERR_VERIFY, with what to do about it as the hint.  Unfinished downloads are fine. */
int stock_check(struct store *s, const struct stock_item *x, struct err *e);
/* Removes it, be it what it may; only after store_claim. */
int stock_remove(struct store *s, const struct stock_item *x, struct err *e);
/* An unfinished download: the next run goes on with it. */
bool stock_is_part(const struct stock_item *x);

/* Bytes of all files below a folder of the store ("apt"); 0 when there is none. */
uint64_t stock_folder_size(struct store *s, const char *folder);
