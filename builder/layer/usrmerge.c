// SPDX-License-Identifier: Apache-2.0
#include "layer/usrmerge.h"

#include <stdbool.h>
#include <string.h>

#include "base/base.h"

const char *const usrmerge_links[] = {"bin", "lib", "lib32", "lib64", "libx32", "sbin"};
const size_t usrmerge_nlinks = ARRAY_LEN(usrmerge_links);

static bool is_merged(const char *name)
{
	size_t n = strcspn(name, "/");

	for (size_t i = 0; i < usrmerge_nlinks; i++)
		if (strlen(usrmerge_links[i]) == n && memcmp(usrmerge_links[i], name, n) == 0)
			return true;
	return false;
}

static const char *merged(const char *name, struct buf *b)
{
	if (!is_merged(name))
		return name;
	b->len = 0;
	buf_printf(b, "usr/%s", name);
	return b->p;
}

/* Does a relative target leave the top folder that `name` is in? */
static bool climbs_out(const char *name, const char *target)
{
	int depth = -1; /* of the folder the link is in, below its top folder */

	for (const char *p = strchr(name, '/'); p; p = strchr(p + 1, '/'))
		depth++;
	for (const char *p = target; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && memcmp(p, "..", 2) == 0)
			depth--;
		else if (n && !(n == 1 && *p == '.'))
			depth++;
		if (depth < 0)
			return true;
		p += n + strspn(p + n, "/");
	}
	return false;
}

bool usrmerge_entry(struct entry *x, struct buf *name, struct buf *link)
{
	if (x->type == ENTRY_SYMLINK && !strchr(x->name, '/') && is_merged(x->name))
		return false;
	if (x->type == ENTRY_HARDLINK)
		x->link = merged(x->link, link);
	/* One folder deeper, what leads out of the old one needs one more step up. */
	if (x->type == ENTRY_SYMLINK && is_merged(x->name) && x->link[0] != '/' &&
	    climbs_out(x->name, x->link)) {
		link->len = 0;
		buf_printf(link, "../%s", x->link);
		x->link = link->p;
	}
	x->name = merged(x->name, name);
	return true;
}
