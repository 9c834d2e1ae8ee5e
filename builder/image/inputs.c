// SPDX-License-Identifier: Apache-2.0
#include "image/inputs.h"

#include <string.h>

#include "base/base.h"

/* Goes up when the same inputs begin to make another layer. */
#define STEP_FORMAT "2"

static void put(json_t *to, const char *name, const char *value)
{
	json_object_set_new(to, name, json_string(value ? value : ""));
}

static void put_hex(json_t *to, const char *name, const struct digest *d)
{
	char text[DIGEST_HEX_MAX];

	put(to, name, digest_hex(d, text));
}

/* 0 is what it is when nothing is said. */
static void put_number(json_t *to, const char *name, char format, const struct number *n)
{
	AUTO(str) char *value = NULL;

	if (!n->n)
		return;
	value = format == 'o' ? mem_printf("%04llo", (unsigned long long)n->n)
	                      : mem_printf("%llu", (unsigned long long)n->n);
	put(to, name, value);
}

/* Lists as JSON: nothing in them can be taken for two. */
static void put_texts(json_t *to, const char *name, const struct texts *t)
{
	AUTO(json) json_t *list = json_array();
	AUTO_DONE(buf) struct buf text = {0};

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(list, json_string(t->v[i]));
	json_text(list, &text);
	if (t->n)
		put(to, name, buf_str(&text));
}

static void put_pairs(json_t *to, const char *what, const struct pairs *p)
{
	for (size_t i = 0; i < p->n; i++) {
		AUTO(str) char *name = mem_printf("%s %s", what, p->v[i].name);

		put(to, name, p->v[i].value);
	}
}

static void put_packages(json_t *to, const struct package_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct package *p = &set->v[i];
		char hex[DIGEST_HEX_MAX];
		AUTO(str) char *name = mem_printf("package %s", p->name);
		AUTO(str)
		char *value = mem_printf("%s sha256:%s", p->version ? p->version : "",
		                         digest_hex(&p->sha256, hex));

		put(to, name, value);
	}
}

static void put_payload(json_t *to, const struct step *s)
{
	const struct placing *p = &s->layer->placing;

	put_hex(to, "payload", &s->payload->sha256);
	put(to, "into", s->layer->into);
	put(to, "file", p->file);
	put_number(to, "mode", 'o', &p->mode);
	put_number(to, "strip", 'd', &p->strip);
	put_number(to, "max", 'd', &s->payload_spec->max);
	put_pairs(to, "map", &p->map);
	put_texts(to, "include", &p->include);
	put_texts(to, "exclude", &p->exclude);
}

static void put_system(json_t *to, const struct plan_inputs *in, const struct step *s,
                       const struct step *below, size_t nbelow)
{
	for (size_t i = 0; i < in->image->naccounts; i++) {
		const struct account *x = &in->image->accounts[i];
		AUTO(str) char *name = mem_printf("account %s", x->user);
		AUTO(str)
		char *value = mem_printf("uid %u, group %s (%u), %s, %s", x->uid, x->group, x->gid,
		                         x->home, x->shell);

		put(to, name, value);
	}
	for (size_t i = 0; i < s->nsets; i++)
		put_packages(to, &s->sets[i]->set);
	for (size_t i = 0; i < nbelow; i++) {
		AUTO(str) char *name = mem_printf("layer %zu", i + 1);

		put_hex(to, name, &below[i].key);
	}
}

json_t *inputs_of_step(const struct plan_inputs *in, const struct step *s, const struct step *below,
                       size_t nbelow)
{
	static const char *const kinds[] = {
		[LAYER_PACKAGES] = "packages", [LAYER_SYSTEM] = "system",
		[LAYER_PAYLOAD] = "payload",   [LAYER_FILES] = "files",
		[LAYER_PROGRAM] = "program",
	};
	json_t *j = json_object();

	put(j, "format", STEP_FORMAT);
	put(j, "profile", in->profile);
	put(j, "platform", in->platform->name);
	put(j, "kind", kinds[s->kind]);
	switch (s->kind) {
	case LAYER_PACKAGES:
		put(j, "lowest", s->lowest ? "yes" : "no");
		put_packages(j, &s->set->set);
		break;
	case LAYER_SYSTEM:
		put_system(j, in, s, below, nbelow);
		break;
	case LAYER_PAYLOAD:
		put_payload(j, s);
		break;
	case LAYER_FILES:
		put(j, "into", s->layer->into);
		put_hex(j, "files", &s->seen);
		break;
	case LAYER_PROGRAM:
		put(j, "name", s->layer->program);
		put_texts(j, "aliases", &s->layer->aliases);
		put_hex(j, "program", &s->seen);
		break;
	}
	return j;
}

static void put_healthcheck(json_t *j, const struct healthcheck_spec *h)
{
	put_texts(j, "healthcheck test", &h->test);
	put_number(j, "healthcheck interval", 'd', &h->interval);
	put_number(j, "healthcheck timeout", 'd', &h->timeout);
	put_number(j, "healthcheck start period", 'd', &h->start_period);
	put_number(j, "healthcheck retries", 'd', &h->retries);
}

json_t *inputs_of_image(const struct image_spec *image)
{
	const struct config_spec *c = image->config;
	json_t *j = json_object();

	put(j, "name", image->name);
	put_texts(j, "tags", &image->tags);
	put_pairs(j, "env", &c->env);
	put_pairs(j, "label", &c->labels);
	put_pairs(j, "annotation", &c->annotations);
	put_texts(j, "entrypoint", &c->entrypoint);
	put_texts(j, "cmd", &c->cmd);
	put_texts(j, "volumes", &c->volumes);
	put_texts(j, "ports", &c->ports);
	put(j, "user", c->user);
	put(j, "workdir", c->workdir);
	put(j, "stopsignal", c->stopsignal);
	if (c->healthcheck)
		put_healthcheck(j, c->healthcheck);
	return j;
}

/* One of observe_folder's [name, kind, what]. */
static void put_file(json_t *to, const char *name, const char *kind, const char *what)
{
	AUTO(str) char *content = mem_printf("content of %s", name);
	AUTO(str) char *mode = mem_printf("mode of %s", name);

	switch (*kind) {
	case 'd':
		put(to, content, "a folder");
		break;
	case 'l':
		json_object_set_new(to, content, json_sprintf("a link to %s", what));
		break;
	default:
		json_object_set_new(to, content, json_sprintf("sha256:%s", what));
		put(to, mode, *kind == 'x' ? "0755" : "0644");
		break;
	}
}

json_t *inputs_of_planned(const struct step *s)
{
	struct err ignored = {0};
	AUTO(json) json_t *j = NULL;
	AUTO(json) json_t *list = NULL;
	const char *name, *kind, *what;
	size_t i;
	json_t *x;

	if (!s->inputs || json_read(s->inputs, strlen(s->inputs), "inputs", &j, &ignored) < 0)
		return NULL;
	if (!s->files || json_read(s->files, strlen(s->files), "files", &list, &ignored) < 0)
		return take(&j);
	json_object_del(j, "files");
	json_array_foreach(list, i, x)
	{
		if (json_unpack(x, "[s, s, s]", &name, &kind, &what) == 0)
			put_file(j, name, kind, what);
	}
	return take(&j);
}

json_t *inputs_changed(const json_t *old, const json_t *now)
{
	json_t *ret = json_array(), *value;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)now, name, value)
	{
		json_t *before = json_object_get(old, name), *row;

		if (before && json_equal(before, value))
			continue;
		row = json_pack("{s:s}", "input", name);
		if (before)
			json_object_set(row, "old", before);
		json_object_set(row, "new", value);
		json_array_append_new(ret, row);
	}
	json_object_foreach((json_t *)(uintptr_t)old, name, value)
	{
		if (!json_object_get(now, name))
			json_array_append_new(ret,
			                      json_pack("{s:s, s:O}", "input", name, "old", value));
	}
	return ret;
}
