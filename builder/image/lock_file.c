// SPDX-License-Identifier: Apache-2.0
#include "image/lock_file.h"

#include <string.h>

#include "base/base.h"

static int bad(const struct lock *l, const char *what, const char *name, struct err *e)
{
	err_set(e, ERR_SPEC, "%s: %s: %s '%s' is not as lili writes it", l->file, l->platform, what,
	        name);
	return err_hint(e, "lili writes this file: take it from version control, or remove it");
}

static int parse_payloads(struct lock *l, const json_t *object, struct err *e)
{
	const char *name, *hex, *address, *sha512;
	json_int_t size;
	json_t *x;

	json_object_foreach((json_t *)(uintptr_t)object, name, x)
	{
		struct lock_payload p = {.name = arena_dup(l->arena, name)};

		sha512 = NULL;
		if (json_unpack(x, "{s:s, s:I, s:s, s?s !}", "address", &address, "size", &size,
		                "sha256", &hex, "sha512", &sha512) < 0 ||
		    size < 0 || digest_parse_hex(&p.sha256, hex, e) < 0)
			return bad(l, "payload", name, e);
		p.address = arena_dup(l->arena, address);
		p.size = (uint64_t)size;
		p.sha512 = sha512 ? arena_dup(l->arena, sha512) : NULL;
		lock_put_payload(l, &p);
	}
	return 0;
}

static int parse_package(struct lock *l, json_t *x, struct package *to, struct err *e)
{
	const char *hex, *archive = "";
	json_int_t size;

	if (json_unpack(x, "{s:s, s:s, s:s, s:s, s:I, s:s, s?s !}", "name", &to->name, "version",
	                &to->version, "arch", &to->arch, "path", &to->path, "size", &size, "sha256",
	                &hex, "archive", &archive) < 0 ||
	    size < 0)
		return -1;
	to->name = arena_dup(l->arena, to->name);
	to->version = arena_dup(l->arena, to->version);
	to->arch = arena_dup(l->arena, to->arch);
	to->path = arena_dup(l->arena, to->path);
	to->archive = arena_dup(l->arena, archive);
	to->size = (uint64_t)size;
	return digest_parse_hex(&to->sha256, hex, e);
}

static int parse_set(struct lock *l, const char *key, json_t *list, json_t *about, struct err *e)
{
	const char *inputs, *over, *tail = strstr(key, " over ");
	struct lock_set s = {0};
	struct lock_set *kept;
	size_t i;
	json_t *x;

	if (!json_is_array(list) ||
	    json_unpack(about, "{s:s, s:s !}", "over", &over, "inputs", &inputs) < 0 ||
	    digest_parse_hex(&s.inputs, inputs, e) < 0)
		return bad(l, "package set", key, e);
	s.name = arena_dupn(l->arena, key, tail ? (size_t)(tail - key) : strlen(key));
	s.over = arena_dup(l->arena, over);
	s.set.v = arena_alloc(l->arena, json_array_size(list), sizeof *s.set.v);
	json_array_foreach(list, i, x)
	{
		if (parse_package(l, x, &s.set.v[i], e) < 0)
			return bad(l, "package set", key, e);
		s.set.n++;
	}
	kept = lock_put_set(l, &s);
	kept->key = arena_dup(l->arena, key);
	return 0;
}

int lock_parse(struct lock *l, const json_t *part, struct err *e)
{
	json_t *packages = json_object_get(part, "packages"), *list;
	json_t *sets = json_object_get(part, "sets");
	const char *key, *profile = json_string_value(json_object_get(part, "profile"));

	if (!part)
		return 0;
	if (parse_payloads(l, json_object_get(part, "payloads"), e) < 0)
		return -1;
	json_object_foreach(packages, key, list)
	{
		if (parse_set(l, key, list, json_object_get(sets, key), e) < 0)
			return -1;
	}
	lock_settle(l);
	l->profile = profile && *profile ? arena_dup(l->arena, profile) : NULL;
	return 0;
}

/* A text with its quotes, as JSON. */
static void quoted(struct buf *b, const char *text)
{
	AUTO(json) json_t *j = json_string(text);

	json_text(j, b);
}

static void field(struct buf *b, const char *name, const char *text)
{
	quoted(b, name);
	buf_add(b, ": ");
	quoted(b, text);
	buf_add(b, ", ");
}

static void print_payloads(const struct lock *l, struct buf *b)
{
	char hex[DIGEST_HEX_MAX];

	buf_add(b, "\t\t\"payloads\": {");
	for (size_t i = 0; i < l->npayloads; i++) {
		const struct lock_payload *p = l->payloads[i];

		buf_add(b, i ? ",\n\t\t\t" : "\n\t\t\t");
		quoted(b, p->name);
		buf_add(b, ": {");
		field(b, "address", p->address);
		buf_printf(b, "\"size\": %llu, \"sha256\": \"%s\"", (unsigned long long)p->size,
		           digest_hex(&p->sha256, hex));
		if (p->sha512) {
			buf_add(b, ", \"sha512\": ");
			quoted(b, p->sha512);
		}
		buf_add(b, "}");
	}
	buf_add(b, l->npayloads ? "\n\t\t},\n" : "},\n");
}

static void print_package(const struct package *p, struct buf *b)
{
	char hex[DIGEST_HEX_MAX];

	buf_add(b, "{");
	field(b, "name", p->name);
	field(b, "version", p->version);
	field(b, "arch", p->arch);
	field(b, "path", p->path);
	if (*p->archive)
		field(b, "archive", p->archive);
	buf_printf(b, "\"size\": %llu, \"sha256\": \"%s\"}", (unsigned long long)p->size,
	           digest_hex(&p->sha256, hex));
}

static void print_sets(const struct lock *l, struct buf *b)
{
	char hex[DIGEST_HEX_MAX];

	buf_add(b, "\t\t\"packages\": {");
	for (size_t i = 0; i < l->nsets; i++) {
		const struct lock_set *s = l->sets[i];

		buf_add(b, i ? ",\n\t\t\t" : "\n\t\t\t");
		quoted(b, s->key);
		buf_add(b, ": [");
		for (size_t k = 0; k < s->set.n; k++) {
			buf_add(b, k ? ",\n\t\t\t\t" : "\n\t\t\t\t");
			print_package(&s->set.v[k], b);
		}
		buf_add(b, s->set.n ? "\n\t\t\t]" : "]");
	}
	buf_add(b, l->nsets ? "\n\t\t},\n" : "},\n");
	buf_add(b, "\t\t\"sets\": {");
	for (size_t i = 0; i < l->nsets; i++) {
		const struct lock_set *s = l->sets[i];

		buf_add(b, i ? ",\n\t\t\t" : "\n\t\t\t");
		quoted(b, s->key);
		buf_add(b, ": {");
		field(b, "over", s->over);
		buf_printf(b, "\"inputs\": \"%s\"}", digest_hex(&s->inputs, hex));
	}
	buf_add(b, l->nsets ? "\n\t\t},\n" : "},\n");
}

void lock_print(const struct lock *l, struct buf *ret)
{
	buf_add(ret, "{\n");
	print_payloads(l, ret);
	print_sets(l, ret);
	buf_add(ret, "\t\t\"profile\": ");
	quoted(ret, l->profile ? l->profile : "");
	buf_add(ret, "\n\t}");
}
