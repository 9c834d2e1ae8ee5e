// SPDX-License-Identifier: Apache-2.0
#include "image/units.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define NAME_MAX_LEN 255
#define TAG_MAX_LEN 128
#define SIGNAL_MAX 64
#define DURATION_MAX ((uint64_t)1 << 62)

static const struct {
	const char *name;
	uint64_t ns;
} duration_units[] = {
	{"ms", 1000000         },
        {"us", 1000            },
        {"ns", 1               },
	{"h",  3600000000000ULL},
        {"m",  60000000000ULL  },
        {"s",  1000000000ULL   },
};

static uint64_t unit_of(const char **p)
{
	for (size_t i = 0; i < ARRAY_LEN(duration_units); i++) {
		size_t n = strlen(duration_units[i].name);

		if (!strncmp(*p, duration_units[i].name, n)) {
			*p += n;
			return duration_units[i].ns;
		}
	}
	return 0;
}

int units_duration(const char *text, struct number *ret, struct err *e)
{
	uint64_t sum = 0, part, unit;
	const char *p = text;

	do {
		size_t digits = strspn(p, DIGITS);

		part = digits && digits < 19 ? strtoull(p, NULL, 10) : 0;
		p += digits;
		unit = unit_of(&p);
		if (!digits || digits >= 19 || !unit || part > (DURATION_MAX - sum) / unit)
			return err_set(e, ERR_SPEC, "'%s' is not a duration as 30s or 1m30s", text);
		sum += part * unit;
	} while (*p);
	*ret = (struct number){true, sum};
	return 0;
}

int units_mode(const char *text, struct number *ret, struct err *e)
{
	size_t n = strspn(text, "01234567");

	if (n < 3 || n > 4 || text[n] || (n == 4 && text[0] != '0'))
		return err_set(e, ERR_SPEC, "'%s' is not a mode as 0755", text);
	*ret = (struct number){true, strtoull(text, NULL, 8)};
	return 0;
}

int units_sha512(const char *text, struct sha512 *ret, struct err *e)
{
	struct digest half;

	if (strlen(text) != 128)
		return err_set(e, ERR_SPEC, "'%.140s' is not 128 hex digits", text);
	for (size_t i = 0; i < 2; i++) {
		char hex[DIGEST_HEX_MAX] = "";

		memcpy(hex, text + i * 64, 64);
		if (digest_parse_hex(&half, hex, e) < 0)
			return -1;
		memcpy(ret->bytes + i * 32, half.bytes, 32);
	}
	ret->set = true;
	return 0;
}

int units_path(const char *text, struct arena *a, const char **ret, struct err *e)
{
	const char *p = text + strspn(text, "/");
	size_t len = strlen(p);

	while (len && p[len - 1] == '/')
		len--;
	for (const char *at = p; at < p + len;) {
		size_t n = strcspn(at, "/");

		if (n == 0 || (n == 1 && *at == '.') || (n == 2 && !strncmp(at, "..", 2)))
			return err_set(e, ERR_SPEC,
			               "'%s': '.', '..' and '//' have no place in a path", text);
		at += n + (at[n] == '/');
	}
	*ret = arena_dupn(a, p, len);
	return 0;
}

/* All digits, and at most `max`. */
static bool is_number(const char *p, size_t n, unsigned long max)
{
	return n && n <= 10 && strspn(p, DIGITS) >= n && strtoul(p, NULL, 10) <= max;
}

/* What kill(1) calls them, without SIG. */
static bool is_signal_name(const char *name)
{
	const char *rest = name + strlen("RTMIN");
	bool is_min = !strncmp(name, "RTMIN", 5);

	for (int i = 1; i < SIGRTMIN; i++) {
		const char *known = sigabbrev_np(i);

		if (known && !strcmp(name, known))
			return true;
	}
	if (!is_min && strncmp(name, "RTMAX", 5) != 0)
		return false;
	/* Engines know these: each of the 31 once. */
	return !*rest || (*rest == (is_min ? '+' : '-') &&
	                  is_number(rest + 1, strlen(rest + 1), is_min ? 15 : 14));
}

int units_signal(const char *text, struct err *e)
{
	const char *name = strncmp(text, "SIG", 3) == 0 ? text + 3 : text;

	if (is_signal_name(name) || (*text != '0' && is_number(text, strlen(text), SIGNAL_MAX)))
		return 0;
	return err_set(e, ERR_SPEC, "'%s' is not a signal as SIGTERM", text);
}

/* An account, or a group: its name or its number. */
static bool is_account(const char *p, size_t n)
{
	if (n && strspn(p, DIGITS) >= n)
		return is_number(p, n, INT32_MAX);
	return n && *p != '-' && strspn(p, UPPER LOWER DIGITS "_.-") >= n;
}

int units_user(const char *text, struct err *e)
{
	size_t n = strcspn(text, ":");

	if (is_account(text, n) && (!text[n] || is_account(text + n + 1, strlen(text + n + 1))))
		return 0;
	return err_set(e, ERR_SPEC, "'%s' is not a user as spark, 1000 or 1000:1000", text);
}

/* One part between slashes: letters and digits, with single separators between them. */
static size_t name_part(const char *p)
{
	size_t n = strspn(p, LOWER DIGITS);

	while (n) {
		size_t sep = strspn(p + n, "._-"), more = strspn(p + n + sep, LOWER DIGITS);

		if (!sep || !more || (sep > 1 && p[n] == '.') || (sep > 2 && p[n] == '_'))
			return n;
		n += sep + more;
	}
	return 0;
}

int units_image_name(const char *text, struct err *e)
{
	const char *p = text;

	for (;;) {
		size_t n = name_part(p);

		p += n;
		if (n && *p == '/')
			p++;
		else if (n && !*p && strlen(text) <= NAME_MAX_LEN)
			return 0;
		else
			return err_set(e, ERR_SPEC, "'%s' is not an image name as lilidata/spark",
			               text);
	}
}

int units_tag(const char *text, struct err *e)
{
	size_t n = strspn(text, UPPER LOWER DIGITS "_.-");

	if (!n || text[n] || n > TAG_MAX_LEN || *text == '.' || *text == '-')
		return err_set(e, ERR_SPEC, "'%s' is not a tag", text);
	return 0;
}
