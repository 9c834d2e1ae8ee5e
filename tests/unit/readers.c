// SPDX-License-Identifier: Apache-2.0
/* What layer/tar writes, GNU tar, bsdtar and Python's tarfile read alike. */
#include "unit.h"

#include <time.h>

#include "base/proc.h"
#include "layer/tar.h"

#define E_ACUTE "\xc3\xa9"
#define N50 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
#define N100 N50 N50
#define N255 N100 N100 N50 "nnnnn"
#define BIG ((uint64_t)9 << 30)

static const struct entry entries[] = {
	{ENTRY_DIR,      "d",				 NULL,         01777, 0,       0,          0,    ENTRY_FIXED_TIME},
	{ENTRY_FILE,     "d/plain",                           NULL,         0640,  1,       2,          1234, 0               },
	{ENTRY_FILE,     N100,				NULL,         0644,  2097151, 2097151,    1,    ENTRY_MAX_TIME  },
	{ENTRY_FILE,     N100 "n",                            NULL,         0644,  2097152, 2147483647, 512,  1               },
	{ENTRY_FILE,     N100 "/" N100,                       NULL,         0644,  0,       0,          513,  1               },
	{ENTRY_DIR,      N100 "/" N50 "/" N100,               NULL,         0755,  0,       0,          0,    1               },
	{ENTRY_FILE,     N255 "/" N255 "/" N255,              NULL,         0644,  0,       0,          3,    1               },
	{ENTRY_DIR,      N255 "/" E_ACUTE,                    NULL,         0755,  0,       0,          0,    1               },
	{ENTRY_FILE,     "\xe2\x82\xac and \xf0\x9f\x90\xa7", NULL,         04755, 0,       0,          0,    1               },
	{ENTRY_FILE,     "a b'c\"d*",                         NULL,         0644,  0,       0,          0,    1               },
	{ENTRY_SYMLINK,  "d/link",                            "../" N100,   0777,  0,       0,          0,    1               },
	{ENTRY_SYMLINK,  "d/" E_ACUTE,                        E_ACUTE N255, 0777,  0,       0,          0,    1               },
	{ENTRY_HARDLINK, "d/hard",                            N100 "n",     0644,  2097152, 2147483647, 0,    1               },
	{ENTRY_FILE,     "big",			       NULL,         0644,  0,       0,          BIG,  1               },
	{ENTRY_FILE,     "last",			      NULL,         0644,  0,       0,          7,    1               },
};

/* The archive as a sparse file: contents are holes. */
static void write_archive(const struct room *r)
{
	AUTO(fd) int fd = openat(r->fd, "a.tar", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	off_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		AUTO_DONE(buf) struct buf b = {0};
		uint64_t size = entries[i].size;

		tar_header(&b, &entries[i]);
		assert_int_equal(pwrite(fd, b.p, b.len, at), b.len);
		at += (off_t)(b.len + size + tar_padding(size));
	}
	assert_int_equal(ftruncate(fd, at + TAR_END), 0);
}

/* What the reader prints, runs of blanks made one. */
static void listing(const struct room *r, const char *const *argv, struct buf *ret)
{
	static const char *const env[] = {"LC_ALL=C.UTF-8", "TZ=UTC", "PYTHONUTF8=1", NULL};
	AUTO_DONE(buf) struct buf raw = {0};
	struct err e;

	assert_ok(proc_run(&(struct proc){.argv = argv, .env = env, .cwd = r->path, .out = &raw},
	                   NULL, &e));
	for (size_t i = 0; i < raw.len; i++)
		if (raw.p[i] != ' ' || i == 0 || raw.p[i - 1] != ' ')
			buf_put(ret, &raw.p[i], 1);
}

static void mode_text(const struct entry *x, char ret[11])
{
	static const char letters[] = "rwxrwxrwx";

	ret[0] = x->type == ENTRY_FILE ? '-' : (char)x->type;
	for (int i = 0; i < 9; i++)
		ret[i + 1] = x->mode >> (8 - i) & 1 ? letters[i] : '-';
	if (x->mode & 04000)
		ret[3] = 's';
	if (x->mode & 01000)
		ret[9] = 't';
	ret[10] = '\0';
}

static const char *name_slash(const struct entry *x)
{
	return x->type == ENTRY_DIR ? "/" : "";
}

/* " -> TARGET", " link to TARGET" or nothing. */
static void add_target(struct buf *b, const struct entry *x)
{
	if (x->link)
		buf_printf(b, " %s %s", x->type == ENTRY_SYMLINK ? "->" : "link to", x->link);
	buf_add(b, "\n");
}

/* Line by line: cmocka cuts long texts. */
static void assert_same_lines(struct buf *got, struct buf *want)
{
	char *a = got->p, *b = want->p;

	while (a && b)
		assert_string_equal(strsep(&a, "\n"), strsep(&b, "\n"));
	assert_true(!a && !b);
}

static void gnu_tar_reads_the_same_back(void **state)
{
	static const char *const argv[] = {
		"tar", "--quoting-style=literal", "--numeric-owner", "--full-time", "-tvf", "a.tar",
		NULL};
	AUTO_DONE(buf) struct buf want = {0}, got = {0};

	write_archive(*state);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		const struct entry *x = &entries[i];
		char mode[11], when[40];

		mode_text(x, mode);
		strftime(when, sizeof when, "%F %T", gmtime(&(time_t){x->mtime}));
		buf_printf(&want, "%s %u/%u %llu %s %s%s", mode, x->uid, x->gid,
		           (unsigned long long)x->size, when, x->name, name_slash(x));
		add_target(&want, x);
	}
	listing(*state, argv, &got);
	assert_same_lines(&got, &want);
}

static void bsdtar_reads_the_same_back(void **state)
{
	static const char *const argv[] = {"bsdtar", "-tvf", "a.tar", NULL};
	AUTO_DONE(buf) struct buf want = {0}, got = {0};

	write_archive(*state);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		const struct entry *x = &entries[i];
		char mode[11], when[40];

		mode_text(x, mode);
		strftime(when, sizeof when, "%b %-d %Y", gmtime(&(time_t){x->mtime}));
		buf_printf(&want, "%s 0 %u %u %llu %s %s%s", mode, x->uid, x->gid,
		           (unsigned long long)x->size, when, x->name, name_slash(x));
		add_target(&want, x);
	}
	listing(*state, argv, &got);
	assert_same_lines(&got, &want);
}

static void python_reads_the_same_back(void **state)
{
	static const char *const argv[] = {
		"python3", "-c",
		"import tarfile\n"
		"for m in tarfile.open('a.tar'):\n"
		"  print(m.type.decode(), oct(m.mode)[2:], m.uid, m.gid, m.size, int(m.mtime), "
		"m.name,"
		" m.linkname, sorted(k for k in m.pax_headers if k not in"
		" ('path', 'linkpath', 'size', 'uid', 'gid')))",
		NULL};
	AUTO_DONE(buf) struct buf want = {0}, got = {0};

	write_archive(*state);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		const struct entry *x = &entries[i];
		char flag = x->type == ENTRY_FILE      ? '0'
		            : x->type == ENTRY_DIR     ? '5'
		            : x->type == ENTRY_SYMLINK ? '2'
		                                       : '1';

		buf_printf(&want, "%c %o %u %u %llu %lld %s %s%s[]\n", flag, x->mode, x->uid,
		           x->gid, (unsigned long long)x->size, (long long)x->mtime, x->name,
		           x->link ? x->link : "", x->link ? " " : "");
	}
	listing(*state, argv, &got);
	assert_same_lines(&got, &want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(gnu_tar_reads_the_same_back),
		in_a_room(bsdtar_reads_the_same_back),
		in_a_room(python_reads_the_same_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
