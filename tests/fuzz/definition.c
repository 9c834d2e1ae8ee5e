// SPDX-License-Identifier: Apache-2.0
/* Any bytes are definitions or complaints, each with its place; and the scanner that finds places
 * agrees with the parser on what is JSON.  A line "--" parts image.json, a shared layer and
 * payloads.json. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "image/spec.h"

#define DEEPER_THAN_WE_READ 60

static const char *folder(void)
{
	static char path[] = "/tmp/lili-fuzz-XXXXXX";
	static bool made;
	AUTO(str) char *below = NULL;
	struct err e;

	if (made)
		return path;
	made = true;
	if (!mkdtemp(path))
		abort();
	below = mem_printf("%s/images/layers", path);
	if (fs_mkdirs(below, &e) < 0)
		abort();
	below[strlen(below) - strlen("layers")] = '\0';
	strcat(below, "demo");
	if (fs_mkdirs(below, &e) < 0)
		abort();
	return path;
}

static void put(const char *name, const char *p, size_t n)
{
	AUTO(str) char *path = mem_printf("%s/images/%s", folder(), name);
	AUTO(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct err e;

	if (fd < 0 || fs_write(fd, p, n, &e) < 0)
		abort();
}

/* How many values there are, and how deep they lie. */
static size_t count(const json_t *j, size_t depth, size_t *deepest)
{
	size_t n = 1, i;
	const char *key;
	json_t *x;

	*deepest = depth > *deepest ? depth : *deepest;
	json_array_foreach(j, i, x) n += count(x, depth + 1, deepest);
	json_object_foreach((json_t *)(uintptr_t)j, key, x) n += count(x, depth + 1, deepest);
	return n;
}

/* Only these are left to the parser. */
static bool is_parsers_business(const json_error_t *why)
{
	switch (json_error_code(why)) {
	case json_error_invalid_utf8:
	case json_error_null_character:
	case json_error_null_byte_in_key:
	case json_error_numeric_overflow:
	case json_error_duplicate_key: /* spelled otherwise */
		return true;
	case json_error_invalid_syntax: /* half of a surrogate pair */
		return strstr(why->text, "Unicode") != NULL;
	default:
		return false;
	}
}

static void compare_with_parser(const char *p, size_t n)
{
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(complaints) struct complaints c = COMPLAINTS(&a);
	AUTO_DONE(spots) struct spots spots = {0};
	const struct page page = {"fuzz", arena_dupn(&a, p, n), n};
	json_error_t why;
	AUTO(json)
	json_t *j = json_loadb(page.text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	int rc = spots_scan(&spots, &page, page.text, &c);
	size_t deepest = 0;

	if (j && (rc < 0 || c.n) && (count(j, 0, &deepest), deepest < DEEPER_THAN_WE_READ))
		abort();
	if (j && rc == 0 && count(j, 0, &deepest) != spots.n)
		abort();
	if (!j && rc == 0 && !c.n && !is_parsers_business(&why))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = {"demo/image.json", "layers/a.json", "payloads.json"};
	AUTO_DONE(arena) struct arena a = {0};
	AUTO_DONE(spec) struct spec spec = {0};
	const char *p = (const char *)data;
	size_t left = size;
	struct vars vars = {0};
	struct err e = {0};

	compare_with_parser(p, size);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *end = memmem(p, left, "\n--\n", 4);
		size_t n = end ? (size_t)(end - p) : left;

		put(files[i], p, n);
		p += n + (end ? 4 : 0);
		left -= n + (end ? 4 : 0);
	}
	if (spec_read(&spec, folder(), NULL, 0, &vars, &a, &e) == 0)
		return 0;
	if ((e.kind != ERR_SPEC && e.kind != ERR_USAGE) || !e.msg[0])
		abort();
	return 0;
}
