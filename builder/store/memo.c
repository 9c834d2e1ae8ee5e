// SPDX-License-Identifier: Apache-2.0
#include "store/memo.h"

#define MEMO_MAX ((size_t)1 << 20)

int memo_get(struct store *s, const struct digest *key, json_t **ret)
{
	AUTO_DONE(buf) struct buf b = {0};
	char name[DIGEST_STR_MAX];
	struct err ignored = {0};

	*ret = NULL;
	if (fs_read_file(s->memo, digest_hex(key, name), MEMO_MAX, &b, &ignored) == 0)
		(void)json_read(buf_str(&b), b.len, "memo", ret, &ignored);
	return 0;
}

int memo_put(struct store *s, const struct digest *key, const json_t *value, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;

	if (s->readonly)
		return 0;
	json_text(value, &b);
	if (fs_create(&f, s->tmpfd, e) < 0 || fs_write(f.fd, b.p, b.len, e) < 0)
		return err_ctx(e, "store %s", s->path);
	return store_keep(s, s->memo, &f, key, e);
}
