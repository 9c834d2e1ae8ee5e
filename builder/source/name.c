// SPDX-License-Identifier: Apache-2.0
#include "source/name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The length of the UTF-8 sequence at p (RFC 3629: no surrogates, nothing overlong), 0 if none. */
static size_t utf8_length(const unsigned char *p)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;
	uint32_t c = n > 1 ? *p & (0x7fu >> n) : *p;

	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (n > 1 && (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)))
		return 0;
	return n;
}

const char *name_target_complaint(const char *target)
{
	const unsigned char *p = (const unsigned char *)target;

	if (!*p)
		return "is empty";
	if (strlen(target) > NAME_MAX_PATH)
		return "is longer than 4096 bytes";
	while (*p) {
		size_t n = utf8_length(p);

		if (*p < ' ' || *p == 0x7f)
			return "holds a control character";
		if (!n)
			return "is not UTF-8";
		p += n;
	}
	return NULL;
}

const char *name_complaint(const char *name)
{
	const char *why = name_target_complaint(name);
	size_t depth = 0;

	if (why)
		return why;
	if (*name == '/')
		return "is absolute";
	for (const char *p = name;; p++) {
		size_t n = strcspn(p, "/");

		if (n == 0)
			return "has an empty component";
		if (n == 1 && *p == '.')
			return "has a component \".\"";
		if (n == 2 && !memcmp(p, "..", 2))
			return "climbs out with \"..\"";
		if (n >= 4 && !memcmp(p, ".wh.", 4))
			return "is a whiteout, which would delete files of the layers below";
		if (n > NAME_MAX_COMPONENT)
			return "has a component of more than 255 bytes";
		if (++depth > NAME_MAX_DEPTH)
			return "is more than 256 folders deep";
		p += n;
		if (!*p)
			return NULL;
	}
}

const char *name_quote(const char *name)
{
	static _Thread_local char ring[4][400];
	static _Thread_local unsigned at;
	char *out = ring[at++ % 4];
	size_t n = 0;

	out[n++] = '"';
	for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
		if (n > sizeof ring[0] - 12) {
			n += (size_t)snprintf(out + n, 5, "...");
			break;
		}
		if (*p < ' ' || *p == 0x7f || *p == '"' || *p == '\\' || *p >= 0x80)
			n += (size_t)snprintf(out + n, 5, "\\x%02x", *p);
		else
			out[n++] = (char)*p;
	}
	out[n++] = '"';
	out[n] = '\0';
	return out;
}
