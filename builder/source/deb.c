// SPDX-License-Identifier: Apache-2.0
#include "source/deb.h"

#include <string.h>

#include "base/mem.h"
#include "source/ahead.h"
#include "source/inflate.h"
#include "source/name.h"

#define AR_MAGIC "!<arch>\n"
#define AR_HEADER 60
#define CONTROL_MAX ((uint64_t)16 << 20)

/* The container is ar(5) as deb(5) narrows it: these members in this order, no long names. */
struct deb {
	struct stream *file;
	char *label;
	struct tarball *data;
	uint64_t left; /* of the current member */
	bool odd;      /* a padding byte is behind it */
};

/* The current member, as a stream of its own. */
struct member {
	struct stream door;
	struct deb *deb;
};

static int member_read(struct stream *s, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	struct deb *d = ((struct member *)s)->deb;
	size_t n = d->left < cap ? (size_t)d->left : cap;

	if (n && d->file->read(d->file, buf, n, &n, e) < 0)
		return -1;
	if (d->left && !n)
		return err_set(e, ERR_VERIFY, "the file is cut short");
	d->left -= n;
	*ret_n = n;
	return 0;
}

static void member_free(struct stream *s)
{
	free(s);
}

/* 1: `name` (16 bytes and a NUL at most) is the next member's; 0: the file's end. */
static int next_member(struct deb *d, char name[17], struct err *e)
{
	char h[AR_HEADER + 1] = "", *end;
	size_t n;

	if (d->odd) {
		d->odd = false;
		if (stream_read_full(d->file, h, 1, &n, e) < 0)
			return -1;
		if (n && h[0] != '\n' && h[0] != '\0')
			return err_set(e, ERR_VERIFY, "a member's padding is not a newline");
	}
	if (stream_read_full(d->file, h, AR_HEADER, &n, e) < 0)
		return -1;
	if (!n)
		return 0;
	if (n < AR_HEADER || memcmp(h + 58, "`\n", 2) != 0)
		return err_set(e, ERR_VERIFY, "a member's header is damaged");
	memcpy(name, h, 16);
	for (n = 16; n && (name[n - 1] == ' ' || name[n - 1] == '/'); n--)
		;
	name[n] = '\0';
	h[58] = '\0';
	n = strspn(h + 48, "0123456789");
	if (!n || strspn(h + 48 + n, " ") != 10 - n)
		return err_set(e, ERR_VERIFY, "a member's size is no number");
	d->left = strtoull(h + 48, &end, 10);
	d->odd = d->left & 1;
	return 1;
}

static int skip_member(struct deb *d, struct err *e)
{
	struct member m = {
		.door = {member_read, NULL},
                  .deb = d
        };
	char waste[8192];
	size_t n = 0;

	do
		if (member_read(&m.door, waste, sizeof waste, &n, e) < 0)
			return -1;
	while (n);
	return 0;
}

/* dpkg goes by the name's ending, so what it would not read is not read here either. */
static int open_tar(struct deb *d, const char *name, const char *stem, struct tarball **ret,
                    struct err *e)
{
	static const struct {
		const char *ending;
		struct stream *(*open)(struct stream *s);
	} kinds[] = {
		{".gz",  stream_gzip },
		{".xz",  stream_xz   },
		{".zst", stream_zstd },
		{".bz2", stream_bzip2},
	};
	const char *ending = name + strlen(stem);
	struct member *m;
	struct stream *s;

	if (strncmp(name, stem, strlen(stem)) != 0)
		return err_set(e, ERR_VERIFY, "a member is called %s where %s… belongs",
		               name_quote(name), stem);
	m = mem_alloc(1, sizeof *m);
	*m = (struct member){
		.door = {member_read, member_free},
                  .deb = d
        };
	s = &m->door;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(ending, kinds[i].ending) == 0)
			s = kinds[i].open(s);
	if (*ending && s == &m->door) {
		stream_free(s);
		return err_set(e, ERR_VERIFY, "nobody can read its %s", name_quote(name));
	}
	/* The data is the bulk: whoever hashes and packs it should not wait for xz. */
	if (strcmp(stem, "data.tar") == 0 && *ending)
		s = stream_ahead(s);
	*ret = tarball_open(s, &(struct tarball_rules){.debian = true});
	return 0;
}

/* The next member that is none of the extensions deb(5) lets readers ignore. */
static int next_known(struct deb *d, char name[17], struct err *e)
{
	int got;

	while ((got = next_member(d, name, e)) > 0 && name[0] == '_')
		if (skip_member(d, e) < 0)
			return -1;
	return got;
}

static int read_version(struct deb *d, struct err *e)
{
	char name[17], text[8];
	struct member m = {
		.door = {member_read, NULL},
                  .deb = d
        };
	size_t n;

	if (stream_read_full(d->file, text, 8, &n, e) < 0)
		return -1;
	if (n < 8 || memcmp(text, AR_MAGIC, 8) != 0 || next_member(d, name, e) != 1 ||
	    strcmp(name, "debian-binary") != 0 || d->left > sizeof text)
		return err_set(e, ERR_VERIFY, "it is no Debian package");
	if (stream_read_full(&m.door, text, sizeof text, &n, e) < 0)
		return -1;
	if (n < 4 || memcmp(text, "2.", 2) != 0 || text[n - 1] != '\n')
		return err_set(e, ERR_VERIFY, "it is of a format that nobody knows");
	return 0;
}

static int read_contents(struct tarball *t, const struct entry *x, struct buf *ret, struct err *e)
{
	size_t n = 1;

	ret->len = 0;
	while (n) {
		if (tarball_read(t, buf_room(ret, 65536), 65536, &n, e) < 0)
			return err_ctx(e, "%s", x->name);
		ret->len += n;
	}
	*buf_room(ret, 0) = '\0';
	return 0;
}

static int read_control(struct deb *d, struct deb_control *c, struct err *e)
{
	const struct {
		const char *name;
		struct buf *to;
	} files[] = {
		{"control",   &c->control  },
		{"md5sums",   &c->md5sums  },
		{"conffiles", &c->conffiles},
	};
	AUTO(tarball) struct tarball *t = NULL;
	char name[17];
	struct entry x;
	int got = next_known(d, name, e);

	if (got <= 0)
		return got < 0 ? -1 : err_set(e, ERR_VERIFY, "it ends before its control member");
	if (open_tar(d, name, "control.tar", &t, e) < 0)
		return -1;
	while ((got = tarball_next(t, &x, e)) > 0)
		for (size_t i = 0; i < ARRAY_LEN(files); i++) {
			if (x.type != ENTRY_FILE || strcmp(x.name, files[i].name) != 0)
				continue;
			if (x.size > CONTROL_MAX)
				return err_set(e, ERR_VERIFY, "its %s is too large", x.name);
			if (read_contents(t, &x, files[i].to, e) < 0)
				return -1;
		}
	if (got < 0)
		return err_ctx(e, "%s", name);
	if (!c->control.len)
		return err_set(e, ERR_VERIFY, "it has no control file");
	return 0;
}

static int read_front(struct deb *d, struct deb_control *c, struct err *e)
{
	char name[17];
	int got;

	if (read_version(d, e) < 0 || read_control(d, c, e) < 0)
		return -1;
	got = next_known(d, name, e);
	if (got <= 0)
		return got < 0 ? -1 : err_set(e, ERR_VERIFY, "it ends before its data member");
	return open_tar(d, name, "data.tar", &d->data, e);
}

int deb_open(int fd, const struct digest *want, const char *label, struct deb **ret,
             struct deb_control *ret_control, struct err *e)
{
	AUTO(deb) struct deb *d = mem_alloc(1, sizeof *d);
	AUTO_DONE(deb_control) struct deb_control c = {0};

	d->file = stream_file(fd, want);
	d->label = mem_dup(label);
	if (read_front(d, &c, e) < 0)
		return err_ctx(e, "%s", label);
	*ret_control = c;
	c = (struct deb_control){0};
	*ret = take(&d);
	return 0;
}

struct tarball *deb_data(struct deb *d)
{
	return d->data;
}

int deb_finish(struct deb *d, struct err *e)
{
	char name[17] = "";
	int got = 1;

	while (got > 0) {
		if (skip_member(d, e) < 0)
			return err_ctx(e, "%s", d->label);
		got = next_member(d, name, e);
		if (got > 0 && name[0] != '_')
			got = err_set(e, ERR_VERIFY, "a member %s follows its data",
			              name_quote(name));
	}
	return got < 0 ? err_ctx(e, "%s", d->label) : 0;
}

void deb_free(struct deb *d)
{
	if (d->data)
		tarball_free(d->data);
	if (d->file)
		stream_free(d->file);
	free(d->label);
	free(d);
}

void deb_control_done(struct deb_control *c)
{
	buf_done(&c->control);
	buf_done(&c->md5sums);
	buf_done(&c->conffiles);
}

bool deb_control_field(const struct deb_control *c, const char *name, struct buf *ret)
{
	size_t len = strlen(name);
	bool inside = false, found = false;

	ret->len = 0;
	*buf_room(ret, 0) = '\0';
	for (const char *p = buf_str(&c->control); *p;) {
		size_t n = strcspn(p, "\n");

		if (*p != ' ' && *p != '\t')
			inside = n > len && p[len] == ':' && strncasecmp(p, name, len) == 0;
		if (inside) {
			size_t skip = found ? 0 : len + 1;

			buf_printf(ret, "%s%.*s", found ? " " : "", (int)(n - skip), p + skip);
			found = true;
		}
		p += n + (p[n] == '\n');
	}
	return found;
}
