// SPDX-License-Identifier: Apache-2.0
#include "source/pax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* What a keyword does: fill in a field, mean nothing to a layer, or be refused. */
enum use { USE_PATH, USE_LINK, USE_SIZE, USE_UID, USE_GID, USE_MTIME, USE_NONE, USE_REFUSE };

static const struct keyword {
	const char *name; /* ends in "*": a prefix */
	enum use use;
} keywords[] = {
	{"path",		     USE_PATH  },
	{"linkpath",                 USE_LINK  },
	{"size",		     USE_SIZE  },
	{"uid",		      USE_UID   },
	{"gid",		      USE_GID   },
	{"mtime",		    USE_MTIME },
	{"atime",		    USE_NONE  },
	{"ctime",		    USE_NONE  },
	{"uname",		    USE_NONE  },
	{"gname",		    USE_NONE  },
	{"comment",                  USE_NONE  },
	{"LIBARCHIVE.creationtime",  USE_NONE  },
	{"LIBARCHIVE.xattr.*",       USE_NONE  },
	{"SCHILY.dev",               USE_NONE  },
	{"SCHILY.ino",               USE_NONE  },
	{"SCHILY.nlink",             USE_NONE  },
	{"SCHILY.fflags",            USE_NONE  },
	{"SCHILY.acl.*",             USE_NONE  },
	{"SCHILY.xattr.security.c*", USE_REFUSE},
	{"SCHILY.xattr.trusted.*",   USE_REFUSE},
	{"SCHILY.xattr.user.ov*",    USE_REFUSE},
	{"SCHILY.xattr.*",           USE_NONE  },
	{"RHT.security.selinux",     USE_NONE  },
};

static const struct keyword *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		size_t n = strlen(keywords[i].name);

		if (keywords[i].name[n - 1] == '*' ? !strncmp(name, keywords[i].name, n - 1)
		                                   : !strcmp(name, keywords[i].name))
			return &keywords[i];
	}
	return NULL;
}

/* Decimal; a fraction is for times only and is dropped. */
static int decimal(const char *s, bool is_time, int64_t *ret)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (end == s || errno || (*s != '-' && (*s < '0' || *s > '9')))
		return -1;
	if (is_time && *end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (*end || (!is_time && v < 0))
		return -1;
	*ret = v;
	return 0;
}

static int apply(struct pax *p, const struct keyword *k, const char *value, struct err *e)
{
	const char **text = k->use == USE_PATH ? &p->path : &p->link;
	bool *has = k->use == USE_SIZE  ? &p->has_size
	            : k->use == USE_UID ? &p->has_uid
	            : k->use == USE_GID ? &p->has_gid
	                                : &p->has_mtime;
	int64_t v;

	if (k->use == USE_NONE)
		return 0;
	if (k->use == USE_PATH || k->use == USE_LINK) {
		if (*text || !*value)
			return err_set(e, ERR_VERIFY, "its pax header's %s is %s", k->name,
			               *value ? "given twice" : "empty");
		*text = value;
		return 0;
	}
	if (*has || decimal(value, k->use == USE_MTIME, &v) < 0)
		return err_set(e, ERR_VERIFY, "its pax header's %s is %s", k->name,
		               *has ? "given twice" : "not a number");
	*has = true;
	if (k->use == USE_SIZE)
		p->size = (uint64_t)v;
	else
		*(k->use == USE_UID ? &p->uid : k->use == USE_GID ? &p->gid : &p->mtime) = v;
	return 0;
}

/* `text` has n bytes before its NUL; an attribute's value may hold more of them. */
static int record(struct pax *p, char *text, size_t n, bool global, struct err *e)
{
	char *value = strchr(text, '=');
	const struct keyword *k;

	if (!value || value == text)
		return err_set(e, ERR_VERIFY, "its pax header has a record without a keyword");
	*value++ = '\0';
	k = find(text);
	if (!k || k->use == USE_REFUSE || (global && strcmp(text, "comment") != 0))
		return err_set(e, ERR_VERIFY,
		               "its %spax header says %.60s, which a layer cannot hold",
		               global ? "global " : "", text);
	if (k->use != USE_NONE && value + strlen(value) != text + n)
		return err_set(e, ERR_VERIFY, "its pax header's %s holds a NUL byte", k->name);
	return apply(p, k, value, e);
}

int pax_parse(char *bytes, size_t n, bool global, struct pax *ret, struct err *e)
{
	*ret = (struct pax){0};
	for (char *p = bytes; p < bytes + n;) {
		char *end;
		unsigned long len = *p >= '1' && *p <= '9' ? strtoul(p, &end, 10) : 0;

		if (!len || *end != ' ' || len > (size_t)(bytes + n - p) ||
		    (size_t)(end + 2 - p) >= len || p[len - 1] != '\n')
			return err_set(e, ERR_VERIFY, "its pax header is malformed");
		p[len - 1] = '\0';
		if (record(ret, end + 1, (size_t)(p + len - 1 - (end + 1)), global, e) < 0)
			return -1;
		p += len;
	}
	return 0;
}
