// SPDX-License-Identifier: Apache-2.0
#include "image/tree.h"

#include <string.h>

#include "base/base.h"

/* Drops what is below `name`, which is no folder any more.  Rare enough to look at
 * every leaf. */
static void drop_below(struct tree *t, const char *name)
{
	size_t len = strlen(name), kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		const char *other = t->v[i].path->entry.name;

		if (strncmp(other, name, len) != 0 || other[len] != '/')
			t->v[kept++] = t->v[i];
	}
	t->n = kept;
}

void tree_put(struct tree *t, const struct paths *layer, size_t number)
{
	struct leaf *v = mem_alloc(t->n + layer->n, sizeof *v);
	const char **gone = mem_alloc(layer->n, sizeof *gone);
	size_t n = 0, ngone = 0, old = 0, at = 0;

	while (old < t->n || at < layer->n) {
		const struct path *x = at < layer->n ? &layer->v[at] : NULL;
		int order = !x            ? -1
		            : old == t->n ? 1
		                          : strcmp(t->v[old].path->entry.name, x->entry.name);

		if (order < 0) {
			// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): old < n
			v[n++] = t->v[old++];
			continue;
		}
		if (order == 0 && t->v[old++].path->entry.type == ENTRY_DIR &&
		    x->entry.type != ENTRY_DIR)
			gone[ngone++] = x->entry.name;
		v[n++] = (struct leaf){x, number};
		at++;
	}
	free(t->v);
	t->v = v;
	t->n = n;
	for (size_t i = 0; i < ngone; i++)
		drop_below(t, gone[i]);
	free(gone);
}

int tree_read(const struct view *v, struct tree *ret, struct err *e)
{
	AUTO_DONE(tree) struct tree t = {0};

	t.layers = mem_alloc(v->manifest.nlayers, sizeof *t.layers);
	for (; t.nlayers < v->manifest.nlayers; t.nlayers++) {
		if (paths_load(v->store, &v->diff_ids[t.nlayers], &t.layers[t.nlayers], e) < 0) {
			err_hint(e, "lili build makes it again");
			return err_ctx(e, "%s: layer %zu", v->name, t.nlayers);
		}
		tree_put(&t, &t.layers[t.nlayers], t.nlayers);
	}
	*ret = t;
	t = (struct tree){0};
	return 0;
}

void tree_done(struct tree *t)
{
	for (size_t i = 0; i < t->nlayers; i++)
		paths_done(&t->layers[i]);
	free(t->layers);
	free(t->v);
	*t = (struct tree){0};
}
