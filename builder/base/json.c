// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <string.h>

#include "base/fs.h"

#define JSON_MAX ((size_t)64 << 20)

void json_blank_comments(char *text)
{
	bool in_string = false;

	for (char *p = text; *p; p++) {
		if (in_string) {
			if (*p == '\\' && p[1])
				p++;
			else if (*p == '"')
				in_string = false;
		} else if (*p == '"') {
			in_string = true;
		} else if (p[0] == '/' && p[1] == '/') {
			while (*p && *p != '\n')
				*p++ = ' ';
			p--;
		}
	}
}

int json_read(const char *bytes, size_t n, const char *label, json_t **ret, struct err *e)
{
	json_error_t why;
	json_t *j = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);

	if (!j)
		return err_set(e, ERR_SPEC, "%s:%d:%d: %s", label, why.line, why.column, why.text);
	*ret = j;
	return 0;
}

int json_read_file(int dirfd, const char *path, json_t **ret, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};

	if (fs_read_file(dirfd, path, JSON_MAX, &b, e) < 0)
		return -1;
	if (b.p)
		json_blank_comments(b.p);
	return json_read(buf_str(&b), b.len, path, ret, e);
}

static int add_to(const char *bytes, size_t n, void *to)
{
	buf_put(to, bytes, n);
	return 0;
}

void json_text(const json_t *j, struct buf *ret)
{
	json_dump_callback(j, add_to, ret, JSON_COMPACT | JSON_ENCODE_ANY);
}

/* jansson indents with blanks only. */
void json_pretty(const json_t *j, struct buf *ret)
{
	AUTO_DONE(buf) struct buf blanks = {0};
	bool at_start = true;

	json_dump_callback(j, add_to, &blanks, JSON_INDENT(1) | JSON_ENCODE_ANY);
	for (size_t i = 0; i < blanks.len; i++) {
		char c = blanks.p[i];

		at_start = c == '\n' || (at_start && c == ' ');
		if (c == ' ' && at_start)
			c = '\t';
		buf_put(ret, &c, 1);
	}
	buf_put(ret, "\n", 1);
}
