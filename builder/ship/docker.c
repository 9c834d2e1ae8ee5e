// SPDX-License-Identifier: Apache-2.0
#include "ship/docker.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/progress.h"
#include "net/http.h"
#include "ship/bundle.h"
#include "ship/cargo.h"

#define ANSWER_MAX ((size_t)4 << 20)

/* --- finding it --- */

static int use_socket(struct docker *d, const char *path, struct err *e)
{
	if (strlen(path) >= sizeof d->socket)
		return err_set(e, ERR_USAGE, "the socket's path is too long: %s", path);
	snprintf(d->socket, sizeof d->socket, "%s", path);
	return 0;
}

static bool is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int find_socket(struct docker *d, struct err *e)
{
	const char *host = getenv("DOCKER_HOST"), *run = getenv("XDG_RUNTIME_DIR");
	AUTO(str) char *own = mem_printf("%s/docker.sock", run ? run : "/nonexistent");
	AUTO(str) char *pod = mem_printf("%s/podman/podman.sock", run ? run : "/nonexistent");
	const char *const usual[] = {"/var/run/docker.sock", own, pod, "/run/podman/podman.sock"};

	if (host && !strncmp(host, "unix://", 7))
		return use_socket(d, host + 7, e);
	if (host && *host) {
		err_set(e, ERR_USAGE, "DOCKER_HOST=%s: only unix:// is spoken", http_shown(host));
		return err_hint(e, "run lili where the engine is, or use lili export -o - and "
		                   "docker load");
	}
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (is_socket(usual[i]))
			return use_socket(d, usual[i], e);
	return use_socket(d, usual[0], e);
}

/* --- talking to it --- */

static int collect(void *ctx, const void *p, size_t n, struct err *e)
{
	struct buf *b = ctx;

	if (b->len + n > ANSWER_MAX)
		return err_set(e, ERR_NET, "its answer does not end");
	buf_put(b, p, n);
	return 0;
}

/* The answer's status, or -1. */
static int ask(const struct docker *d, const char *method, const char *path, struct buf *ret,
               struct err *e)
{
	struct http_call c = {
		.socket = d->socket,
		.method = method,
		.path = path,
		.sink = collect,
		.sink_ctx = ret,
	};

	if (http_call(&c, e) < 0)
		return err_ctx(e, "the container engine at %s", d->socket);
	return (int)c.status;
}

/* What the engine says went wrong: {"message": "..."}. */
static int refused(const struct docker *d, const char *what, int status, const struct buf *answer,
                   struct err *e)
{
	AUTO(json) json_t *doc = NULL;
	struct err ignored;
	const char *message = NULL;

	if (json_read(buf_str(answer), answer->len, "answer", &doc, &ignored) == 0)
		message = json_string_value(json_object_get(doc, "message"));
	return err_set(e, ERR_NET, "the container engine at %s: %s: %s (status %d)", d->socket,
	               what, message ? message : "it does not say why", status);
}

static int no_engine(const struct docker *d, struct err *e)
{
	if (access(d->socket, R_OK | W_OK) < 0 && errno == EACCES)
		return err_hint(e, "you may not use that socket: join its group, or run the "
		                   "engine as yourself (rootless Docker, Podman)");
	return err_hint(e, "start Docker or Podman, or name its socket: "
	                   "DOCKER_HOST=unix:///path; lili export -o FILE.tar needs no engine");
}

int docker_open(struct docker *d, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *doc = NULL;
	const char *version;
	int status;

	if (find_socket(d, e) < 0)
		return -1;
	status = ask(d, "GET", "/version", &b, e);
	if (status < 0)
		return no_engine(d, e);
	if (status != 200 || json_read(buf_str(&b), b.len, "its version", &doc, e) < 0)
		return refused(d, "version", status, &b, e);
	version = json_string_value(json_object_get(doc, "ApiVersion"));
	if (!version || strlen(version) >= sizeof d->version ||
	    version[strspn(version, "0123456789.")])
		return err_set(e, ERR_NET, "what answers at %s is no container engine", d->socket);
	snprintf(d->version, sizeof d->version, "%s", version);
	return 0;
}

/* The ID of what the engine knows under this name; empty when it knows nothing. */
static int image_id(const struct docker *d, const char *name, char ret[DIGEST_STR_MAX],
                    struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO(json) json_t *doc = NULL;
	AUTO(str) char *path = mem_printf("/v%s/images/%s/json", d->version, name);
	int status = ask(d, "GET", path, &b, e);
	struct digest hex;
	const char *id;

	ret[0] = '\0';
	if (status < 0)
		return -1;
	if (status == 404)
		return 0;
	if (status != 200)
		return refused(d, name, status, &b, e);
	if (json_read(buf_str(&b), b.len, "the engine's answer", &doc, e) < 0)
		return -1;
	id = json_string_value(json_object_get(doc, "Id"));
	/* Podman says the digits alone. */
	if (id && strlen(id) == DIGEST_STR_MAX - 1)
		memcpy(ret, id, DIGEST_STR_MAX);
	else if (id && digest_parse_hex(&hex, id, e) == 0)
		digest_str(&hex, ret);
	else
		return err_set(e, ERR_NET, "what answers at %s is no container engine", d->socket);
	return 0;
}

/* An engine on containerd's store calls an image by its manifest, others by its config. */
static bool is_image(const char *id, const struct cargo_image *x)
{
	char config[DIGEST_STR_MAX], manifest[DIGEST_STR_MAX];

	return !strcmp(id, digest_str(&x->manifest.config, config)) ||
	       !strcmp(id, digest_str(&x->image->manifest, manifest));
}

static int tag(const struct docker *d, const char *id, const char *ref, struct err *e)
{
	AUTO_DONE(buf) struct buf b = {0};
	AUTO_DONE(buf) struct buf full = {0};
	AUTO(str) char *path = NULL;
	char *colon;
	int status;

	cargo_full_name(ref, &full);
	colon = strrchr(full.p, ':');
	*colon = '\0';
	path = mem_printf("/v%s/images/%s/tag?repo=%s&tag=%s", d->version, id, full.p, colon + 1);
	status = ask(d, "POST", path, &b, e);
	if (status < 0)
		return -1;
	return status == 201 || status == 200 ? 0 : refused(d, ref, status, &b, e);
}

/* --- sending --- */

/* Reads the stream of JSON lines that says, always with status 200, how the load went. */
static int judge_stream(const struct docker *d, const struct buf *b, struct err *e)
{
	for (const char *p = buf_str(b); *p;) {
		size_t n = strcspn(p, "\r\n");
		AUTO(json) json_t *doc = NULL;
		const char *error = NULL, *said = NULL;
		struct err ignored;

		if (n && json_read(p, n, "a line", &doc, &ignored) == 0) {
			error = json_string_value(json_object_get(doc, "error"));
			said = json_string_value(json_object_get(doc, "stream"));
		}
		/* containerd's store says this and nothing else. */
		if (!error && said && strstr(said, "Error unpacking"))
			error = said;
		if (error)
			return err_set(e, ERR_NET, "the container engine at %s: load: %.*s",
			               d->socket, (int)strcspn(error, "\r\n"), error);
		p += n + strspn(p + n, "\r\n");
	}
	return 0;
}

static int read_counted(void *ctx, void *buf, size_t cap, size_t *ret_n, struct err *e)
{
	if (bundle_read(ctx, buf, cap, ret_n, e) < 0)
		return -1;
	progress_count(progress_mine(), *ret_n);
	return 0;
}

static int send(const struct docker *d, struct store *s, const struct index_image *const *images,
                size_t n, struct err *e)
{
	AUTO(bundle) struct bundle *b = NULL;
	AUTO(progress) struct progress *step = NULL;
	AUTO(str) char *what = mem_printf("%zu image%s", n, n == 1 ? "" : "s");
	AUTO_DONE(buf) struct buf answer = {0};
	AUTO(str) char *path = mem_printf("/v%s/images/load?quiet=1", d->version);
	struct http_call c = {
		.socket = d->socket,
		.method = "POST",
		.path = path,
		.content_type = "application/x-tar",
		.body = read_counted,
		.sink = collect,
		.sink_ctx = &answer,
	};

	if (bundle_open(s, images, n, &b, e) < 0)
		return -1;
	c.body_ctx = b;
	step = progress_begin(PROGRESS_SEND, what, bundle_size(b));
	if (http_call(&c, e) < 0)
		return e->kind == ERR_NET
		               ? err_ctx(e, "the container engine at %s: load", d->socket)
		               : -1;
	if (c.status != 200)
		return refused(d, "load", (int)c.status, &answer, e);
	if (judge_stream(d, &answer, e) < 0)
		return -1;
	progress_end(take(&step), bundle_size(b));
	return 0;
}

/* *ret_id: what the engine calls this image when it has it under any name; empty otherwise. */
static int find_image(const struct docker *d, const struct cargo_image *x,
                      char ret_id[DIGEST_STR_MAX], struct err *e)
{
	char name[DIGEST_STR_MAX];

	if (image_id(d, digest_str(&x->manifest.config, name), ret_id, e) < 0)
		return -1;
	return *ret_id ? 0 : image_id(d, digest_str(&x->image->manifest, name), ret_id, e);
}

static int check(const struct docker *d, const struct cargo_image *x, struct err *e)
{
	char id[DIGEST_STR_MAX], want[DIGEST_STR_MAX];

	if (image_id(d, x->image->ref, id, e) < 0)
		return -1;
	if (is_image(id, x))
		return 0;
	return err_set(e, ERR_VERIFY,
	               "%s was loaded, but the engine has %s under that name, not %s",
	               x->image->ref, *id ? id : "nothing", digest_str(&x->manifest.config, want));
}

int docker_load(const struct docker *d, struct store *s, const struct index_image *const *images,
                size_t n, struct err *e)
{
	AUTO_DONE(cargo) struct cargo c = {0};
	const struct index_image **lacking = mem_alloc(n + 1, sizeof(void *));
	size_t nlacking = 0;
	int done = cargo_read(s, images, n, &c, e);

	for (size_t i = 0; done == 0 && i < n; i++) {
		char id[DIGEST_STR_MAX];

		done = find_image(d, &c.images[i], id, e);
		if (done == 0 && *id)
			done = tag(d, id, images[i]->ref, e);
		else
			lacking[nlacking++] = images[i];
	}
	if (done == 0 && nlacking)
		done = send(d, s, lacking, nlacking, e);
	free(lacking);
	for (size_t i = 0; done == 0 && i < n; i++)
		done = check(d, &c.images[i], e);
	return done;
}
