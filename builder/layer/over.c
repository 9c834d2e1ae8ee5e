// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/mem.h"
#include "layer/kinds.h"
#include "source/name.h"

/* What is at the path before the top layer comes: the highest layer that has it. */
static const struct entry *find_below(const struct paths *const *below, size_t n, const char *name)
{
	while (n) {
		const struct path *p = paths_find(below[--n], name);

		if (p)
			return &p->entry;
	}
	return NULL;
}

static enum entry_type kind(const struct entry *x)
{
	return x->type == ENTRY_HARDLINK ? ENTRY_FILE : x->type;
}

static int check_entry(const struct entry *x, const struct entry *under, struct err *e)
{
	if (kind(x) != kind(under)) {
		err_set(e, ERR_VERIFY, "%s is %s, and %s in a layer below", name_quote(x->name),
		        entry_type_name(x->type), entry_type_name(under->type));
		if (under->type == ENTRY_SYMLINK)
			err_hint(e, "it leads to %s: put the entry there", name_quote(under->link));
		return -1;
	}
	if (x->type != ENTRY_DIR ||
	    (x->mode == under->mode && x->uid == under->uid && x->gid == under->gid))
		return 0;
	return err_set(
		e, ERR_VERIFY, "the folder %s is %04o %u:%u, and %04o %u:%u in a layer below",
		name_quote(x->name), x->mode, x->uid, x->gid, under->mode, under->uid, under->gid);
}

/* A layer of our making has every parent as an entry; one from elsewhere may lack them. */
static int check_parents(const struct paths *const *below, size_t n, const struct paths *top,
                         const char *name, struct err *e)
{
	AUTO(str) char *dir = mem_dup(name);

	for (char *slash = strrchr(dir, '/'); slash; slash = strrchr(dir, '/')) {
		const struct entry *under;

		*slash = '\0';
		if (paths_find(top, dir))
			return 0;
		under = find_below(below, n, dir);
		if (under && under->type != ENTRY_DIR)
			return err_set(
				e, ERR_VERIFY, "%s is below %s, which is %s in a layer below",
				name_quote(name), name_quote(dir), entry_type_name(under->type));
	}
	return 0;
}

int layer_check_over(const struct paths *const *below, size_t n, const struct paths *top,
                     const char *label, struct err *e)
{
	for (size_t i = 0; i < top->n; i++) {
		const struct entry *x = &top->v[i].entry;
		const struct entry *under = find_below(below, n, x->name);

		if ((under && check_entry(x, under, e) < 0) ||
		    check_parents(below, n, top, x->name, e) < 0)
			return err_ctx(e, "%s", label);
	}
	return 0;
}
