// SPDX-License-Identifier: Apache-2.0
#include "image/spec_image.h"

#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "image/spec_layer.h"
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

struct image_entry {
	const char *name;
	struct texts tags;
	struct objects layers, accounts;
	struct config_spec *config;
};
#define IMAGE(member) offsetof(struct image_entry, member)
static const struct key image_keys[] = {
	{"$schema",  KEY_IGNORED, false, 0,               NULL,             "for editors"      },
	{"name",     KEY_TEXT,    true,  IMAGE(name),     NULL,             "as lilidata/spark"},
	{"tags",     KEY_LIST,    false, IMAGE(tags),     NULL,             "default: latest"  },
	{"layers",   KEY_KINDS,   true,  IMAGE(layers),   spec_layer_kinds, "from below up"    },
	{"accounts", KEY_OBJECTS, false, IMAGE(accounts), &account_object,
         "the first is whom a role drops to"						   },
	{"config",   KEY_OBJECT,  false, IMAGE(config),   &config_object,   "how it runs"      },
};
const struct keys spec_image_object = {"an image", image_keys, ARRAY_LEN(image_keys),
                                       sizeof(struct image_entry)};

static int check_id(const struct reader *r, const char *at, const struct number *n, struct err *e)
{
	return n->n > ID_MAX ? keys_err(r, at, e, "%llu is no id", (unsigned long long)n->n) : 0;
}

/* What ends up in a line of /etc/passwd. */
static int check_field(const struct reader *r, const char *at, const char *text, struct err *e)
{
	if (text && (!*text || strpbrk(text, ":\n")))
		return keys_err(r, at, e, "'%s' cannot stand in /etc/passwd", text);
	return 0;
}

static int read_account(const struct reader *r, const char *at, const struct account_entry *x,
                        struct account *ret, struct err *e)
{
	const char *const fields[] = {x->user, x->group, x->home, x->shell};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (check_field(r, at, fields[i], e) < 0)
			return -1;
	if (check_id(r, at, &x->uid, e) < 0 || check_id(r, at, &x->gid, e) < 0)
		return -1;
	*ret = (struct account){
		.user = x->user,
		.uid = (uint32_t)x->uid.n,
		.gid = (uint32_t)(x->gid.set ? x->gid.n : x->uid.n),
		.group = x->group ? x->group : x->user,
		.home = x->home ? x->home : arena_printf(r->arena, "/home/%s", x->user),
		.shell = x->shell ? x->shell : "/usr/sbin/nologin",
	};
	return 0;
}

static int read_accounts(const struct reader *r, const struct objects *o, struct image_spec *ret,
                         struct err *e)
{
	const struct account_entry *x = o->v;

	ret->accounts = arena_alloc(r->arena, o->n, sizeof *ret->accounts);
	for (; ret->naccounts < o->n; ret->naccounts++) {
		const char *at = arena_printf(r->arena, "accounts[%zu]", ret->naccounts);

		if (read_account(r, at, &x[ret->naccounts], &ret->accounts[ret->naccounts], e) < 0)
			return -1;
		for (size_t i = 0; i < ret->naccounts; i++)
			if (!strcmp(x[i].user, x[ret->naccounts].user) ||
			    x[i].uid.n == x[ret->naccounts].uid.n)
				return keys_err(r, at, e, "the user or its uid is there already");
	}
	return 0;
}

static int check_names(const struct reader *r, const struct image_spec *image, struct err *e)
{
	if (units_image_name(image->name, e) < 0)
		return err_ctx(e, "%s: name", r->file);
	for (size_t i = 0; i < image->tags.n; i++)
		if (units_tag(image->tags.v[i], e) < 0)
			return err_ctx(e, "%s: tags[%zu]", r->file, i);
	return 0;
}

static int check_health(const struct reader *r, const struct healthcheck_spec *h, struct err *e)
{
	const char *first = h && h->test.n ? h->test.v[0] : "";

	if (h && strcmp(first, "CMD") != 0 && strcmp(first, "CMD-SHELL") != 0 &&
	    strcmp(first, "NONE") != 0)
		return keys_err(r, "config.healthcheck.test", e,
		                "should begin with CMD, CMD-SHELL or NONE");
	return 0;
}

static int check_config(const struct reader *r, const struct config_spec *c, struct err *e)
{
	if (c->workdir && *c->workdir != '/')
		return keys_err(r, "config.workdir", e, "'%s' is not absolute", c->workdir);
	for (size_t i = 0; i < c->volumes.n; i++)
		if (*c->volumes.v[i] != '/')
			return keys_err(r, "config.volumes", e, "'%s' is not absolute",
			                c->volumes.v[i]);
	for (size_t i = 0; i < c->ports.n; i++) {
		char *end;
		unsigned long n = strtoul(c->ports.v[i], &end, 10);

		if (c->ports.v[i][0] < '1' || c->ports.v[i][0] > '9' || n > 65535 ||
		    (*end && strcmp(end, "/tcp") != 0 && strcmp(end, "/udp") != 0))
			return keys_err(r, "config.ports", e, "'%s' is not a port as 8080/tcp",
			                c->ports.v[i]);
	}
	for (size_t i = 0; i < c->env.n; i++)
		if (!*c->env.v[i].name || strchr(c->env.v[i].name, '='))
			return keys_err(r, "config.env", e, "'%s' is not a variable's name",
			                c->env.v[i].name);
	return check_health(r, c->healthcheck, e);
}

static int read_layers(struct spec *s, const struct reader *r, const struct objects *kinds,
                       struct image_spec *ret, struct err *e)
{
	const struct layer_origin o = {r, ret->name,
	                               arena_printf(s->arena, "%s/%s", s->dir, ret->folder), 0};
	struct layer_list list = {0};
	int rc = spec_layers(s, &o, kinds, &list, e);

	ret->layers = arena_alloc(s->arena, list.n, sizeof *list.v);
	if (list.n)
		memcpy(ret->layers, list.v, list.n * sizeof *list.v);
	ret->nlayers = list.n;
	free(list.v);
	return rc;
}

int spec_image(struct spec *s, const struct reader *r, const char *folder, struct image_spec *ret,
               struct err *e)
{
	static const char *latest[] = {"latest", NULL};
	static const struct config_spec nothing;
	AUTO(json) json_t *doc = NULL;
	struct image_entry x = {0};

	if (json_read_file(AT_FDCWD, r->file, &doc, e) < 0 ||
	    keys_read(r, doc, "", &spec_image_object, &x, e) < 0)
		return -1;
	*ret = (struct image_spec){
		.folder = folder,
		.file = r->file,
		.name = x.name,
		.tags = x.tags.n ? x.tags : (struct texts){latest, 1},
		.config = x.config ? x.config : &nothing,
	};
	if (check_names(r, ret, e) < 0 || check_config(r, ret->config, e) < 0 ||
	    read_accounts(r, &x.accounts, ret, e) < 0)
		return -1;
	if (!x.layers.n)
		return keys_err(r, "layers", e, "an image needs at least one");
	return read_layers(s, r, &x.layers, ret, e);
}
