// SPDX-License-Identifier: Apache-2.0
#include "image/installed.h"

#include <string.h>

#include "base/base.h"
#include "layer/unpack.h"

#define FOLDER "var/lib/dpkg/status.d/"
#define SUMS ".md5sums"
#define RECORD_MAX ((size_t)1 << 20)

bool installed_is_record(const char *path)
{
	size_t n = strlen(path), sums = strlen(SUMS);

	return !strncmp(path, FOLDER, strlen(FOLDER)) && !strchr(path + strlen(FOLDER), '/') &&
	       !(n > sums && !strcmp(path + n - sums, SUMS));
}

/* The value of "NAME: value" in a record; NULL when it has no such line. */
static char *field(const char *record, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = record; p && *p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, name, n) && p[n] == ':') {
			p += n + 1;
			p += strspn(p, " \t");
			return mem_printf("%.*s", (int)strcspn(p, "\n"), p);
		}
	}
	return NULL;
}

static int take_record(struct unpack *u, const struct entry *x, json_t *ret, struct err *e)
{
	AUTO_DONE(buf) struct buf text = {0};
	AUTO(str) char *name = NULL;
	AUTO(str) char *version = NULL;
	AUTO(str) char *arch = NULL;
	size_t n = 1;

	if (x->size > RECORD_MAX)
		return err_set(e, ERR_VERIFY, "/%s is larger than a record", x->name);
	while (n) {
		if (unpack_read(u, buf_room(&text, RECORD_MAX), RECORD_MAX, &n, e) < 0)
			return -1;
		text.len += n;
	}
	text.p[text.len] = '\0';
	name = field(text.p, "Package");
	version = field(text.p, "Version");
	arch = field(text.p, "Architecture");
	if (!name || !version || !arch)
		return err_set(e, ERR_VERIFY, "/%s is no record of a package", x->name);
	json_object_set_new(ret, name, json_pack("{s:s, s:s}", "version", version, "arch", arch));
	return 0;
}

static int read_layer(const struct view *v, size_t layer, const struct leaf *const *records,
                      size_t n, json_t *ret, struct err *e)
{
	AUTO(unpack) struct unpack *u = NULL;
	size_t left = 0;
	struct entry x;
	int got = 1;

	for (size_t i = 0; i < n; i++)
		left += records[i]->layer == layer;
	if (!left)
		return 0;
	if (unpack_open(v->store, &v->manifest.layers[layer].digest, &u, e) < 0)
		return -1;
	while ((got = unpack_next(u, &x, e)) > 0) {
		bool wanted = false;

		for (size_t i = 0; !wanted && i < n && installed_is_record(x.name); i++)
			wanted = records[i]->layer == layer &&
			         !strcmp(records[i]->path->entry.name, x.name);
		if (wanted && take_record(u, &x, ret, e) < 0)
			return -1;
	}
	return got;
}

int installed_read(const struct view *v, const struct leaf *const *records, size_t n, json_t *ret,
                   struct err *e)
{
	for (size_t layer = 0; layer < v->manifest.nlayers; layer++) {
		if (read_layer(v, layer, records, n, ret, e) < 0) {
			err_hint(e, "lili verify looks at the whole image");
			return err_ctx(e, "%s: layer %zu", v->name, layer);
		}
	}
	return 0;
}
