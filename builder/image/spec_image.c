// SPDX-License-Identifier: Apache-2.0
#include "image/spec_image.h"

#include <string.h>

#include "base/base.h"
#include "image/spec_layer.h"
#include "image/spec_matrix.h"
#include "image/units.h"

#define ID_MAX 0xfffffffeU /* the one behind it means "none" to chown(2) */

struct account_entry {
	const char *user, *group, *home, *shell;
	struct number uid, gid;
};
#define ACCOUNT(member) offsetof(struct account_entry, member)
static const struct key account_keys[] = {
	{"user",  KEY_TEXT,   true,  ACCOUNT(user),  NULL, "its name"                  },
	{"uid",   KEY_NUMBER, true,  ACCOUNT(uid),   NULL, "its number"                },
	{"gid",   KEY_NUMBER, false, ACCOUNT(gid),   NULL, "default: uid"              },
	{"group", KEY_TEXT,   false, ACCOUNT(group), NULL, "default: the user's name"  },
	{"home",  KEY_TEXT,   false, ACCOUNT(home),  NULL, "default: /home/USER"       },
	{"shell", KEY_TEXT,   false, ACCOUNT(shell), NULL, "default: /usr/sbin/nologin"},
};
static const struct keys account_object = {"an account", account_keys, ARRAY_LEN(account_keys),
                                           sizeof(struct account_entry)};

#define HEALTH(member) offsetof(struct healthcheck_spec, member)
static const struct key health_keys[] = {
	{"test",         KEY_LIST,     true,  HEALTH(test),         NULL, "CMD or CMD-SHELL and its arguments"},
	{"interval",     KEY_DURATION, false, HEALTH(interval),     NULL, "between two checks"                },
	{"timeout",      KEY_DURATION, false, HEALTH(timeout),      NULL, "of one check"                      },
	{"start_period", KEY_DURATION, false, HEALTH(start_period), NULL,
         "failures do not count so long"								      },
	{"retries",      KEY_NUMBER,   false, HEALTH(retries),      NULL, "failures in a row"                 },
};
static const struct keys health_object = {"a health check", health_keys, ARRAY_LEN(health_keys),
                                          sizeof(struct healthcheck_spec)};

#define CONFIG(member) offsetof(struct config_spec, member)
static const struct key config_keys[] = {
	{"env",         KEY_PAIRS,  false, CONFIG(env),         NULL,           "the environment"                  },
	{"entrypoint",  KEY_LIST,   false, CONFIG(entrypoint),  NULL,           "what starts"                      },
	{"cmd",         KEY_LIST,   false, CONFIG(cmd),         NULL,           "its arguments when none are given"},
	{"user",        KEY_TEXT,   false, CONFIG(user),        NULL,           "who it runs as; default: root"    },
	{"workdir",     KEY_TEXT,   false, CONFIG(workdir),     NULL,           "where it starts"                  },
	{"volumes",     KEY_LIST,   false, CONFIG(volumes),     NULL,           "paths that are volumes"           },
	{"ports",       KEY_LIST,   false, CONFIG(ports),       NULL,           "as 8080/tcp"                      },
	{"labels",      KEY_PAIRS,  false, CONFIG(labels),      NULL,           "in the configuration"             },
	{"annotations", KEY_PAIRS,  false, CONFIG(annotations), NULL,           "in the manifest"                  },
	{"stopsignal",  KEY_TEXT,   false, CONFIG(stopsignal),  NULL,
         "what asks it to end, as SIGTERM"									 },
	{"healthcheck", KEY_OBJECT, false, CONFIG(healthcheck), &health_object,
         "how to ask whether it is well"									   },
};
static const struct keys config_object = {"a config", config_keys, ARRAY_LEN(config_keys),
                                          sizeof(struct config_spec)};

#define IMAGE(member) offsetof(struct image_entry, member)
static const struct key image_keys[] = {
	{"$schema",  KEY_IGNORED, false, 0,               NULL,             "for editors"      },
	{"name",     KEY_TEXT,    true,  IMAGE(name),     NULL,             "as lilidata/spark"},
	{"tags",     KEY_LIST,    false, IMAGE(tags),     NULL,             "default: latest"  },
	{"set",      KEY_PAIRS,   false, IMAGE(set),      NULL,
         "variables of this definition; --set is stronger"                                     },
	{"matrix",   KEY_OBJECTS, false, IMAGE(matrix),   &spec_row_object,
         "versions, with tags and variables of their own"                                      },
	{"layers",   KEY_KINDS,   true,  IMAGE(layers),   spec_layer_kinds, "from below up"    },
	{"accounts", KEY_OBJECTS, false, IMAGE(accounts), &account_object,
         "the first is whom a role drops to"						   },
	{"config",   KEY_OBJECT,  false, IMAGE(config),   &config_object,   "how it runs"      },
};
const struct keys spec_image_object = {"an image", image_keys, ARRAY_LEN(image_keys),
                                       sizeof(struct image_entry)};

/* An account's key, as "accounts[0].uid". */
static const char *of_account(const struct reader *r, size_t i, const char *key)
{
	return arena_printf(r->arena, "accounts[%zu].%s", i, key);
}

static void check_id(const struct reader *r, const char *at, const struct number *n)
{
	if (n->n > ID_MAX)
		keys_wrong(r, at, "%llu is no id", (unsigned long long)n->n);
}

/* What ends up in a line of /etc/passwd. */
static void check_field(const struct reader *r, const char *at, const char *text)
{
	if (text && (!*text || strpbrk(text, ":\n")))
		keys_wrong(r, at, "'%s' cannot stand in /etc/passwd", text);
}

static void read_account(const struct reader *r, size_t i, const struct account_entry *x,
                         struct account *ret)
{
	check_field(r, of_account(r, i, "user"), x->user);
	check_field(r, of_account(r, i, "group"), x->group);
	check_field(r, of_account(r, i, "home"), x->home);
	check_field(r, of_account(r, i, "shell"), x->shell);
	check_id(r, of_account(r, i, "uid"), &x->uid);
	check_id(r, of_account(r, i, "gid"), &x->gid);
	*ret = (struct account){
		.user = x->user,
		.uid = (uint32_t)x->uid.n,
		.gid = (uint32_t)(x->gid.set ? x->gid.n : x->uid.n),
		.group = x->group ? x->group : x->user,
		.home = x->home ? x->home : arena_printf(r->arena, "/home/%s", x->user),
		.shell = x->shell ? x->shell : "/usr/sbin/nologin",
	};
}

static void read_accounts(const struct reader *r, const struct objects *o, struct image_spec *ret)
{
	const struct account_entry *x = o->v;

	ret->accounts = arena_alloc(r->arena, o->n, sizeof *ret->accounts);
	for (; ret->naccounts < o->n; ret->naccounts++) {
		size_t n = ret->naccounts;

		if (!x[n].user || !x[n].uid.set)
			continue;
		read_account(r, n, &x[n], &ret->accounts[n]);
		for (size_t i = 0; i < n; i++) {
			if (x[i].user && !strcmp(x[i].user, x[n].user))
				keys_wrong(r, of_account(r, n, "user"), "there is a '%s' already",
				           x[n].user);
			else if (x[i].uid.set && x[i].uid.n == x[n].uid.n)
				keys_wrong(r, of_account(r, n, "uid"),
				           "%llu is the uid of '%s' already",
				           (unsigned long long)x[n].uid.n,
				           x[i].user ? x[i].user : "another");
		}
	}
}

static void check_names(const struct reader *r, const struct row *row,
                        const struct image_spec *image)
{
	struct err e = {0};

	if (image->name && units_image_name(image->name, &e) < 0)
		keys_wrong_err(r, "name", &e);
	for (size_t i = 0; i < image->tags.n; i++)
		if (units_tag(image->tags.v[i], &e) < 0)
			keys_wrong_err(r,
			               arena_printf(r->arena, "%s%stags[%zu]",
			                            row->at ? row->at : "", row->at ? "." : "", i),
			               &e);
}

static void check_health(const struct reader *r, const struct healthcheck_spec *h)
{
	const char *first = h && h->test.n ? h->test.v[0] : "";

	if (h && h->test.v && strcmp(first, "CMD") != 0 && strcmp(first, "CMD-SHELL") != 0 &&
	    strcmp(first, "NONE") != 0)
		keys_wrong(r, "config.healthcheck.test",
		           "should begin with CMD, CMD-SHELL or NONE");
}

static bool is_port(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return *text >= '1' && *text <= '9' && n <= 65535 &&
	       (!*end || !strcmp(end, "/tcp") || !strcmp(end, "/udp"));
}

/* A text that may be left out. */
static void check_text(const struct reader *r, const char *at, const char *text,
                       int (*check)(const char *text, struct err *e))
{
	struct err e = {0};

	if (text && check(text, &e) < 0)
		keys_wrong_err(r, at, &e);
}

static void check_config(const struct reader *r, const struct config_spec *c)
{
	struct arena *a = r->arena;

	if (c->workdir && *c->workdir != '/')
		keys_wrong(r, "config.workdir", "'%s' is not absolute", c->workdir);
	for (size_t i = 0; i < c->volumes.n; i++)
		if (*c->volumes.v[i] != '/')
			keys_wrong(r, arena_printf(a, "config.volumes[%zu]", i),
			           "'%s' is not absolute", c->volumes.v[i]);
	for (size_t i = 0; i < c->ports.n; i++)
		if (!is_port(c->ports.v[i]))
			keys_wrong(r, arena_printf(a, "config.ports[%zu]", i),
			           "'%s' is not a port as 8080/tcp", c->ports.v[i]);
	for (size_t i = 0; i < c->env.n; i++)
		if (!*c->env.v[i].name || strchr(c->env.v[i].name, '='))
			keys_wrong_key(r, arena_printf(a, "config.env.%s", c->env.v[i].name),
			               "'%s' is not a variable's name", c->env.v[i].name);
	check_text(r, "config.user", c->user, units_user);
	check_text(r, "config.stopsignal", c->stopsignal, units_signal);
	check_health(r, c->healthcheck);
}

static void read_layers(struct spec *s, const struct layer_origin *o, const struct objects *kinds,
                        struct image_spec *ret)
{
	struct layer_list list = {0};

	spec_layers(s, o, kinds, &list);
	ret->layers = arena_alloc(s->arena, list.n, sizeof *list.v);
	for (size_t i = 0; i < list.n; i++)
		if (!list.v[i].absent)
			ret->layers[ret->nlayers++] = list.v[i];
	if (kinds->v && !kinds->n)
		keys_wrong(o->reader, "layers", "an image needs at least one");
	else if (list.n && !ret->nlayers)
		keys_wrong(o->reader, o->row->at, "no layer is for this row");
	free(list.v);
	free(list.used);
}

/* One row's image. */
static void read_image(struct spec *s, const struct reader *r, const char *folder,
                       const struct rows *rows, const struct row *row)
{
	static const char *latest[] = {"latest", NULL};
	static const struct config_spec nothing;
	struct image_entry x = {0};
	struct layer_origin o = {.reader = r, .rows = rows, .row = row};
	struct image_spec image;

	keys_read(r, r->doc->json, "", &spec_image_object, &x);
	image = (struct image_spec){
		.folder = folder,
		.file = r->doc->page.file,
		.name = x.name ? x.name : "",
		.tags = row->at    ? row->tags
	                : x.tags.n ? x.tags
	                           : (struct texts){latest, 1},
		.config = x.config ? x.config : &nothing,
	};
	image.tags_at = row->at ? arena_printf(s->arena, "%s.tags", row->at) : "name";
	image.label = row->at && row->tags.n
	                      ? arena_printf(s->arena, "%s:%s", image.name, row->tags.v[0])
	                      : image.name;
	o.owner = image.name;
	o.folder = arena_printf(s->arena, "%s/%s", s->dir, folder);
	o.label = image.label;
	if (x.name)
		check_names(r, row, &image);
	check_config(r, image.config);
	read_accounts(r, &x.accounts, &image);
	read_layers(s, &o, &x.layers, &image);
	s->v = mem_grow(s->v, s->n + 1, sizeof *s->v);
	s->v[s->n++] = image;
}

void spec_image(struct spec *s, const char *folder)
{
	static const char *const read_before[] = {"set", "matrix", NULL};
	const char *file = arena_printf(s->arena, "%s/%s/image.json", s->dir, folder);
	struct reader r = {documents_get(&s->documents, file), s->arena, s->vars, &s->complaints,
	                   NULL};
	struct rows *rows = arena_alloc(s->arena, 1, sizeof *rows);

	if (!r.doc->json)
		return;
	spec_rows(&r, r.doc->json, rows);
	r.skip = read_before;
	for (size_t i = 0; i < rows->n; i++) {
		r.vars = &rows->v[i].vars;
		read_image(s, &r, folder, rows, &rows->v[i]);
	}
}
