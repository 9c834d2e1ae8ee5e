// SPDX-License-Identifier: Apache-2.0
#include "image/config.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/base.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

int64_t config_created(const struct image_layer *layers, size_t n)
{
	int64_t newest = ENTRY_FIXED_TIME;

	for (size_t i = 0; i < n; i++)
		if (layers[i].layer.newest > newest)
			newest = layers[i].layer.newest;
	return newest;
}

/* RFC 3339, as config.md wants it. */
static const char *time_text(int64_t t, char ret[32])
{
	time_t seconds = (time_t)t;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return ret;
}

static json_t *list(const struct texts *t)
{
	json_t *j = json_array();

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(j, json_string(t->v[i]));
	return j;
}

static json_t *environment(const struct pairs *env)
{
	json_t *j = json_array();
	bool has_path = false;

	for (size_t i = 0; i < env->n; i++)
		has_path |= !strcmp(env->v[i].name, "PATH");
	if (!has_path)
		json_array_append_new(j, json_string("PATH=" DEFAULT_PATH));
	for (size_t i = 0; i < env->n; i++)
		json_array_append_new(j, json_sprintf("%s=%s", env->v[i].name, env->v[i].value));
	return j;
}

/* {"8080/tcp":{}}: sets are objects in this document. */
static json_t *set(const struct texts *t, const char *suffix)
{
	json_t *j = json_object();

	for (size_t i = 0; i < t->n; i++) {
		bool whole = !*suffix || strchr(t->v[i], '/');

		AUTO(json) json_t *name = json_sprintf("%s%s", t->v[i], whole ? "" : suffix);

		json_object_set_new(j, json_string_value(name), json_object());
	}
	return j;
}

static json_t *healthcheck(const struct healthcheck_spec *h)
{
	const struct {
		const char *name;
		const struct number *value;
	} numbers[] = {
		{"Interval",    &h->interval    },
		{"Timeout",     &h->timeout     },
		{"StartPeriod", &h->start_period},
		{"Retries",     &h->retries     },
	};
	json_t *j = json_object();

	json_object_set_new(j, "Test", list(&h->test));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i].value->set)
			json_object_set_new(j, numbers[i].name,
			                    json_integer((json_int_t)numbers[i].value->n));
	return j;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* Sorted: labels have no order, so the definition's should not change the image. */
static json_t *labels(const struct image_spec *image, const char *created)
{
	const struct pairs *given = &image->config->labels;
	const char *slash = strrchr(image->name, '/');
	struct pair *v = mem_alloc(given->n + 2, sizeof *v);
	json_t *j = json_object();
	size_t n = given->n;

	if (n)
		memcpy(v, given->v, n * sizeof *v);
	v[n++] = (struct pair){"org.opencontainers.image.created", created};
	v[n++] = (struct pair){"org.opencontainers.image.title", slash ? slash + 1 : image->name};
	qsort(v, n, sizeof *v, by_name);
	for (size_t i = 0; i < n; i++)
		json_object_set_new(j, v[i].name, json_string(v[i].value));
	for (size_t i = 0; i < given->n; i++)
		json_object_set_new(j, given->v[i].name, json_string(given->v[i].value));
	free(v);
	return j;
}

static void set_text(json_t *j, const char *name, const char *value)
{
	if (value)
		json_object_set_new(j, name, json_string(value));
}

static void set_filled(json_t *j, const char *name, json_t *value)
{
	if (json_array_size(value) || json_object_size(value))
		json_object_set(j, name, value);
	json_decref(value);
}

/* Keys in alphabetical order, as Docker writes them: frozen, for the bytes are hashed. */
static json_t *run_config(const struct image_spec *image, const char *created)
{
	const struct config_spec *c = image->config;
	json_t *j = json_object();

	set_filled(j, "Cmd", list(&c->cmd));
	set_filled(j, "Entrypoint", list(&c->entrypoint));
	set_filled(j, "Env", environment(&c->env));
	set_filled(j, "ExposedPorts", set(&c->ports, "/tcp"));
	if (c->healthcheck)
		json_object_set_new(j, "Healthcheck", healthcheck(c->healthcheck));
	set_filled(j, "Labels", labels(image, created));
	set_text(j, "StopSignal", c->stopsignal);
	set_text(j, "User", c->user);
	set_filled(j, "Volumes", set(&c->volumes, ""));
	set_text(j, "WorkingDir", c->workdir);
	return j;
}

void config_text(const struct image_spec *image, const struct platform *platform,
                 const struct image_layer *layers, size_t n, struct buf *ret)
{
	json_t *history = json_array(), *diff_ids = json_array();
	char created[32], at[32], digest[DIGEST_STR_MAX];
	AUTO(json) json_t *doc = NULL;

	time_text(config_created(layers, n), created);
	for (size_t i = 0; i < n; i++) {
		const struct image_layer *x = &layers[i];

		json_array_append_new(history, json_pack("{s:s, s:s}", "created",
		                                         time_text(x->layer.newest, at),
		                                         "created_by", x->created_by));
		json_array_append_new(diff_ids,
		                      json_string(digest_str(&x->layer.packed.diff_id, digest)));
	}
	doc = json_pack("{s:s, s:o, s:s, s:o, s:s, s:{s:s, s:o}}", "architecture", platform->arch,
	                "config", run_config(image, created), "created", created, "history",
	                history, "os", platform->os, "rootfs", "type", "layers", "diff_ids",
	                diff_ids);
	json_text(doc, ret);
}
