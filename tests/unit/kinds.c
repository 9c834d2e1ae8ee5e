// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "programs.h"

#include "layer/kinds.h"
#include "layer/tar.h"

/* "TYPE MODE NAME[ > LINK]" a line, sorted by name, as the layer's index of paths has it. */
static void listing(struct store *s, const struct layer *layer, struct buf *ret)
{
	AUTO_DONE(paths) struct paths p = {0};
	struct err e;

	assert_ok(paths_load(s, &layer->packed.diff_id, &p, &e));
	ret->len = 0;
	for (size_t i = 0; i < p.n; i++) {
		const struct entry *x = &p.v[i].entry;

		assert_int_equal(x->uid | x->gid, 0);
		buf_printf(ret, "%c %o %s%s%s\n", (char)x->type, x->mode, x->name,
		           x->link ? " > " : "", x->link ? x->link : "");
	}
}

/* A folder `files` in the room, as a checkout under a tight umask leaves it. */
static void make_files(const struct room *r)
{
	mode_t was = umask(077);

	assert_int_equal(mkdirat(r->fd, "files", 0700) | mkdirat(r->fd, "files/etc", 0700), 0);
	write_plainly(r->fd, "files/etc/motd", "hello", 5);
	write_plainly(r->fd, "files/run.sh", "#!", 2);
	assert_int_equal(fchmodat(r->fd, "files/run.sh", 0700, 0), 0);
	assert_int_equal(symlinkat("../run.sh", r->fd, "files/etc/start"), 0);
	umask(was);
}

static void files_have_one_mode_and_owner_whatever_the_checkout(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf got = {0};
	struct layer first, again;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, room_path(r, "store"), &e));
	make_files(r);
	assert_ok(layer_files(&s, 1, room_path(r, "files"), "opt", &first, &e));
	listing(&s, &first, &got);
	assert_string_equal(got.p, "d 755 opt\nd 755 opt/etc\nf 644 opt/etc/motd\n"
	                           "l 777 opt/etc/start > ../run.sh\nf 755 opt/run.sh\n");
	assert_int_equal(first.newest, ENTRY_FIXED_TIME);
	assert_int_equal(fchmodat(r->fd, "files/etc", 0777, 0), 0);
	assert_int_equal(fchmodat(r->fd, "files/etc/motd", 0666, 0), 0);
	assert_int_equal(fchmodat(r->fd, "files/run.sh", 0755, 0), 0);
	assert_ok(layer_files(&s, 2, room_path(r, "files"), "opt", &again, &e));
	assert_true(digest_eq(&first.packed.digest, &again.packed.digest));
}

static void files_that_are_none_are_refused(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct layer layer;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, room_path(r, "store"), &e));
	assert_refused(layer_files(&s, 1, room_path(r, "files"), NULL, &layer, &e), ERR_SYS,
	               "files ");
	make_files(r);
	assert_int_equal(mkfifoat(r->fd, "files/fifo", 0600), 0);
	assert_refused(layer_files(&s, 1, room_path(r, "files"), NULL, &layer, &e), ERR_SPEC,
	               "\"fifo\" is neither file, folder nor symlink");
	assert_int_equal(unlinkat(r->fd, "files/fifo", 0), 0);
	write_plainly(r->fd, "files/etc/.wh.motd", "", 0);
	assert_refused(layer_files(&s, 1, room_path(r, "files"), NULL, &layer, &e), ERR_VERIFY,
	               "entry \"etc/.wh.motd\": its name is a whiteout");
}

static void a_program_has_its_aliases_beside_it(void **state)
{
	static const char *const aliases[] = {"mesos-slave", "agent"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf got = {0};
	struct program elf = program_of(EM_X86_64, PT_NULL);
	struct room *r = *state;
	struct program_layer p = {room_path(r, "p"), "mesos-agent", "amd64", aliases, 2};
	struct layer layer;
	struct err e;

	assert_ok(store_open(&s, room_path(r, "store"), &e));
	assert_refused(layer_program(&s, 1, &p, &layer, &e), ERR_SYS, "program mesos-agent: open");
	assert_non_null(strstr(e.hint, "make"));
	write_plainly(r->fd, "p", &elf, sizeof elf);
	assert_ok(layer_program(&s, 1, &p, &layer, &e));
	p.arch = "arm64";
	assert_refused(layer_program(&s, 1, &p, &layer, &e), ERR_SPEC, "program mesos-agent: ");
	listing(&s, &layer, &got);
	assert_string_equal(got.p, "d 755 usr\nd 755 usr/local\nd 755 usr/local/bin\n"
	                           "l 777 usr/local/bin/agent > mesos-agent\n"
	                           "f 755 usr/local/bin/mesos-agent\n"
	                           "l 777 usr/local/bin/mesos-slave > mesos-agent\n");
}

/* Keeps bytes in the store as a payload, as fetching does. */
static struct payload_layer keep(struct store *s, const char *p, size_t n)
{
	AUTO_DONE(fs_file) struct fs_file f = FS_FILE_NONE;
	struct payload_layer x = {.label = "thing"};
	struct err e;

	digest_bytes(&x.sha256, p, n);
	assert_ok(fs_create(&f, s->tmpfd, &e));
	assert_ok(fs_write(f.fd, p, n, &e));
	assert_ok(store_keep(s, s->payloads, &f, &x.sha256, &e));
	return x;
}

/* top/bin/tool, top/doc/help, top/lib/tool -> a hard link to the first; owned by strangers. */
static struct payload_layer keep_archive(struct store *s)
{
	static const struct entry entries[] = {
		{ENTRY_DIR,      "top",          NULL,           0700, 7, 8, 0, 5         },
		{ENTRY_FILE,     "top/bin/tool", NULL,           0750, 7, 8, 3, 1600000000},
		{ENTRY_FILE,     "top/doc/help", NULL,           0644, 7, 8, 0, 5         },
		{ENTRY_HARDLINK, "top/lib/tool", "top/bin/tool", 0750, 7, 8, 0, 5         },
	};
	AUTO_DONE(buf) struct buf tar = {0};

	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		size_t n = (size_t)entries[i].size + tar_padding(entries[i].size);

		tar_header(&tar, &entries[i]);
		memset(buf_room(&tar, n), 'x', n);
		tar.len += n;
	}
	memset(buf_room(&tar, TAR_END), 0, TAR_END);
	tar.len += TAR_END;
	return keep(s, tar.p, tar.len);
}

static void a_payload_goes_where_it_is_placed_and_belongs_to_root(void **state)
{
	static const struct place_map map[] = {
		{"bin", "sbin"}
        };
	static const char *const exclude[] = {"doc"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf got = {0};
	struct payload_layer p;
	struct layer layer;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	p = keep_archive(&s);
	p.place = (struct place){.strip = 1,
	                         .map = map,
	                         .nmap = 1,
	                         .exclude = exclude,
	                         .nexclude = 1,
	                         .into = "opt"};
	assert_ok(layer_payload(&s, 2, &p, &layer, &e));
	listing(&s, &layer, &got);
	assert_string_equal(got.p, "d 755 opt\nd 755 opt/lib\nh 750 opt/lib/tool > opt/sbin/tool\n"
	                           "d 755 opt/sbin\nf 750 opt/sbin/tool\n");
	assert_int_equal(layer.newest, 1600000000);
}

static void a_payload_that_cannot_be_placed_is_refused(void **state)
{
	static const char *const lib[] = {"top/lib"}, *const none[] = {"other"};
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct payload_layer p;
	struct layer layer;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	p = keep_archive(&s);
	p.place = (struct place){.include = lib, .ninclude = 1};
	assert_refused(layer_payload(&s, 1, &p, &layer, &e), ERR_VERIFY,
	               "payload thing: entry \"top/lib/tool\": is a hard link to \"top/bin/tool\", "
	               "which is left out");
	p.place = (struct place){.include = none, .ninclude = 1};
	assert_refused(layer_payload(&s, 1, &p, &layer, &e), ERR_SPEC,
	               "payload thing: nothing is left of it");
	p.place = (struct place){0};
	p.max_bytes = 2;
	assert_refused(layer_payload(&s, 1, &p, &layer, &e), ERR_VERIFY, "more than 2 bytes");
}

static void a_payload_that_changed_in_the_store_is_found_out(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	struct payload_layer archive, file;
	char name[DIGEST_HEX_MAX];
	struct layer layer;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	archive = keep_archive(&s);
	file = keep(&s, "hello", 5);
	file.file = "opt/hello";
	write_plainly(s.payloads, digest_hex(&file.sha256, name), "hellO", 5);
	assert_refused(layer_payload(&s, 1, &file, &layer, &e), ERR_VERIFY,
	               "payload thing: want sha256:");
	AUTO(fd) int fd = openat(s.payloads, digest_hex(&archive.sha256, name), O_RDWR | O_CLOEXEC);

	assert_int_equal(pwrite(fd, "y", 1, 1024), 1);
	assert_refused(layer_payload(&s, 1, &archive, &layer, &e), ERR_VERIFY,
	               "payload thing: want sha256:");
	assert_int_equal(unlinkat(s.payloads, name, 0), 0);
	assert_refused(layer_payload(&s, 1, &archive, &layer, &e), ERR_SYS,
	               "it is not in the store");
	assert_int_equal(rmdir(room_path(r, "blobs/sha256")), 0);
}

static void a_single_file_has_the_name_and_mode_it_is_given(void **state)
{
	AUTO_DONE(store) struct store s = STORE_NONE;
	AUTO_DONE(buf) struct buf got = {0};
	struct payload_layer p;
	struct layer layer;
	struct room *r = *state;
	struct err e;

	assert_ok(store_open(&s, r->path, &e));
	p = keep(&s, "hello", 5);
	p.file = "tool";
	p.mode = 0755;
	p.place.into = "opt/x";
	assert_ok(layer_payload(&s, 1, &p, &layer, &e));
	listing(&s, &layer, &got);
	assert_string_equal(got.p, "d 755 opt\nd 755 opt/x\nf 755 opt/x/tool\n");
	p.mode = 0;
	p.place.into = NULL;
	assert_ok(layer_payload(&s, 1, &p, &layer, &e));
	listing(&s, &layer, &got);
	assert_string_equal(got.p, "f 644 tool\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(files_have_one_mode_and_owner_whatever_the_checkout),
		in_a_room(files_that_are_none_are_refused),
		in_a_room(a_program_has_its_aliases_beside_it),
		in_a_room(a_payload_goes_where_it_is_placed_and_belongs_to_root),
		in_a_room(a_payload_that_cannot_be_placed_is_refused),
		in_a_room(a_payload_that_changed_in_the_store_is_found_out),
		in_a_room(a_single_file_has_the_name_and_mode_it_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
