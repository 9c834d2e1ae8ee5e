// SPDX-License-Identifier: Apache-2.0
#include "layer/passwd.h"

#include <string.h>

static const char few_users[] = "root:*:0:0:root:/root:/bin/sh\n"
				"nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
static const char few_groups[] = "root:*:0:\nnogroup:*:65534:\n";

/* The value of field `at` (from 0) of the line at `p`. */
static const char *field(const char *p, unsigned at, size_t *ret_n)
{
	for (; at; at--) {
		p += strcspn(p, ":\n");
		p += *p == ':';
	}
	*ret_n = strcspn(p, ":\n");
	return p;
}

/* The line whose field `at` is `value`, or NULL. */
static const char *find_line(const struct buf *text, unsigned at, const char *value)
{
	for (const char *p = buf_str(text); *p;) {
		size_t n, len = strlen(value);
		const char *have = field(p, at, &n);

		if (n == len && memcmp(have, value, n) == 0)
			return p;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return NULL;
}

static const char *find_id(const struct buf *text, uint32_t id)
{
	char number[16];

	snprintf(number, sizeof number, "%u", id);
	return find_line(text, 2, number);
}

static bool is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 32 && strchr("abcdefghijklmnopqrstuvwxyz_", *s) &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static bool is_path(const char *s)
{
	return *s == '/' && !strpbrk(s, ":\n");
}

static int check(const struct account *x, struct err *e)
{
	if (!is_name(x->user))
		return err_set(e, ERR_SPEC, "\"%s\" is no name for a user", x->user);
	if (x->group && !is_name(x->group))
		return err_set(e, ERR_SPEC, "\"%s\" is no name for a group", x->group);
	if ((x->home && !is_path(x->home)) || (x->shell && !is_path(x->shell)))
		return err_set(e, ERR_SPEC, "home and shell are absolute paths without \":\"");
	return 0;
}

static bool line_is(const char *line, const char *name)
{
	size_t n = strlen(name);

	return line && strncmp(line, name, n) == 0 && line[n] == ':';
}

/* The account's group, made when neither its name nor its number is there. */
static int add_group(const struct account *x, struct buf *group, struct err *e)
{
	const char *name = x->group ? x->group : x->user, *have = find_id(group, x->gid);

	if (line_is(have, name) || (have && !x->group))
		return 0;
	if (have)
		return err_set(e, ERR_SPEC, "gid %u is the group %.*s already", x->gid,
		               (int)strcspn(have, ":"), have);
	if (find_line(group, 0, name))
		return err_set(e, ERR_SPEC, "the group %s is there with another gid", name);
	buf_printf(group, "%s:*:%u:\n", name, x->gid);
	return 0;
}

static int add_user(const struct account *x, struct buf *passwd, struct err *e)
{
	const char *have = find_id(passwd, x->uid), *shell = x->shell ? x->shell : PASSWD_SHELL;
	AUTO_DONE(buf) struct buf home = {0};

	if (line_is(have, x->user))
		return 0; /* one of the distribution's own */
	if (have)
		return err_set(e, ERR_SPEC, "uid %u is the user %.*s already", x->uid,
		               (int)strcspn(have, ":"), have);
	if (find_line(passwd, 0, x->user))
		return err_set(e, ERR_SPEC, "that user is there with another uid");
	buf_printf(passwd, "%s:*:%u:%u::%s:%s\n", x->user, x->uid, x->gid, passwd_home(x, &home),
	           shell);
	return 0;
}

const char *passwd_home(const struct account *x, struct buf *b)
{
	b->len = 0;
	if (x->home)
		buf_add(b, x->home);
	else
		buf_printf(b, "/home/%s", x->user);
	return b->p;
}

int passwd_write(const char *passwd_master, const char *group_master, const struct account *v,
                 size_t n, struct buf *ret_passwd, struct buf *ret_group, struct err *e)
{
	AUTO_DONE(buf) struct buf passwd = {0};
	AUTO_DONE(buf) struct buf group = {0};

	buf_add(&passwd, passwd_master ? passwd_master : few_users);
	buf_add(&group, group_master ? group_master : few_groups);
	for (size_t i = 0; i < n; i++)
		if (check(&v[i], e) < 0 || add_group(&v[i], &group, e) < 0 ||
		    add_user(&v[i], &passwd, e) < 0)
			return err_ctx(e, "account %s", v[i].user);
	buf_put(ret_passwd, buf_str(&passwd), passwd.len);
	buf_put(ret_group, buf_str(&group), group.len);
	return 0;
}
