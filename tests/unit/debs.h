// SPDX-License-Identifier: Apache-2.0
/* debs: Debian packages made by the unit tests themselves, as good or bad as a test wants them. */
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "unit.h"

#include "layer/tar.h"
#include "source/apt.h"
#include "source/deb.h"

static inline struct entry file_entry(const char *name, uint32_t mode, const char *contents)
{
	return (struct entry){.type = ENTRY_FILE,
	                      .name = name,
	                      .mode = mode,
	                      .link = contents, /* until it is written */
	                      .size = strlen(contents),
	                      .mtime = 1000};
}

static inline struct entry dir_entry(const char *name, uint32_t mode)
{
	return (struct entry){.type = ENTRY_DIR, .name = name, .mode = mode, .mtime = 1000};
}

static inline struct entry link_entry(enum entry_type type, const char *name, const char *target)
{
	return (struct entry){
		.type = type, .name = name, .link = target, .mode = 0777, .mtime = 1000};
}

static inline void add_tar(struct buf *tar, const struct entry *v, size_t n)
{
	static const char zeros[TAR_END];

	for (size_t i = 0; i < n; i++) {
		struct entry x = v[i];

		if (x.type == ENTRY_FILE)
			x.link = NULL;
		tar_header(tar, &x);
		if (x.type != ENTRY_FILE)
			continue;
		buf_put(tar, v[i].link, (size_t)x.size);
		buf_put(tar, zeros, tar_padding(x.size));
	}
	buf_put(tar, zeros, TAR_END);
}

/* "", ".gz", ".xz", ".zst" or ".bz2" */
static inline void compress_to(struct buf *ret, const struct buf *from, const char *ending)
{
	struct archive *a = archive_write_new();
	struct archive_entry *x = archive_entry_new();
	size_t cap = from->len + 65536, used = 0;

	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	archive_write_set_bytes_per_block(a, 0);
	if (!strcmp(ending, ".gz"))
		archive_write_add_filter_gzip(a);
	else if (!strcmp(ending, ".xz"))
		archive_write_add_filter_xz(a);
	else if (!strcmp(ending, ".zst"))
		archive_write_add_filter_zstd(a);
	else if (!strcmp(ending, ".bz2"))
		archive_write_add_filter_bzip2(a);
	assert_int_equal(archive_write_open_memory(a, buf_room(ret, cap), cap, &used), ARCHIVE_OK);
	archive_entry_set_filetype(x, AE_IFREG);
	assert_int_equal(archive_write_header(a, x), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, from->p, from->len), from->len);
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(x);
	ret->len += used;
}

static inline void add_member(struct buf *deb, const char *name, const void *p, size_t n)
{
	if (!deb->len)
		buf_add(deb, "!<arch>\n");
	buf_printf(deb, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "100644", n);
	buf_put(deb, p, n);
	if (n & 1)
		buf_add(deb, "\n");
}

static inline void add_tar_member(struct buf *deb, const char *stem, const char *ending,
                                  const struct entry *v, size_t n)
{
	AUTO_DONE(buf) struct buf tar = {0};
	AUTO_DONE(buf) struct buf packed = {0};
	AUTO(str) char *name = mem_printf("%s%s", stem, ending);

	add_tar(&tar, v, n);
	compress_to(&packed, &tar, ending);
	add_member(deb, name, packed.p, packed.len);
}

/* A package whose control file is `control`; `data` are its files. */
static inline void make_deb(struct buf *deb, const char *control, const char *ending,
                            const struct entry *data, size_t n)
{
	AUTO_DONE(buf) struct buf sums = {0}, conffiles = {0};
	struct entry files[4];

	for (size_t i = 0; i < n; i++)
		if (data[i].type == ENTRY_FILE && strncmp(data[i].name, "etc/", 4) == 0)
			buf_printf(&conffiles, "/%s\n", data[i].name);
		else if (data[i].type == ENTRY_FILE)
			buf_printf(&sums, "%032d  %s\n", 0, data[i].name);
	files[0] = file_entry("control", 0644, control);
	files[1] = file_entry("md5sums", 0644, buf_str(&sums));
	files[2] = file_entry("conffiles", 0644, buf_str(&conffiles));
	files[3] = file_entry("postinst", 0755, "#!/bin/sh\ntouch /ran\n");
	add_member(deb, "debian-binary", "2.0\n", 4);
	add_tar_member(deb, "control.tar", ending, files, ARRAY_LEN(files));
	add_tar_member(deb, "data.tar", ending, data, n);
}

/* Puts it into the store as package NAME 1.0; `more` are further lines of its control file. */
static inline void keep_deb(struct store *s, struct package *ret, const char *name,
                            const char *more, const struct entry *data, size_t n)
{
	AUTO_DONE(buf) struct buf deb = {0};
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	AUTO(str)
	char *control = mem_printf("Package: %s\nVersion: 1.0\nArchitecture: all\n%s", name, more);
	struct err e;

	make_deb(&deb, control, ".gz", data, n);
	*ret = (struct package){.name = name,
	                        .version = "1.0",
	                        .arch = "all",
	                        .path = "",
	                        .archive = "",
	                        .size = deb.len};
	digest_bytes(&ret->sha256, deb.p, deb.len);
	assert_ok(fs_create(&f, s->tmpfd, &e));
	assert_ok(fs_write(f.fd, deb.p, deb.len, &e));
	assert_ok(store_keep(s, s->payloads, &f, &ret->sha256, &e));
}
