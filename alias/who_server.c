/*
 * The line of questions and the pool of children that answer them.  A child
 * has one question at a time; one that does not answer in time, or answers
 * another question, is killed and its question answered with LATER.
 */
#include "who_server.h"

#include <sys/queue.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "wire_who.h"

#include "lookup.h"

enum {
	POOL = 8,
	LINE_MAX_QUESTIONS = 4096,
	DEADLINE = 5000,	/* milliseconds for one lookup */
	USES = 500		/* lookups of a child: what a name service
				 * leaks goes with it */
};

struct client {
	struct who_server	*server;
	struct peer		*peer;
};

/* client is NULL once it has gone away. */
struct asked {
	STAILQ_ENTRY(asked)	 next;
	struct client		*client;
	uint32_t		 tag;
	bool			 again;	/* a child died over it before */
	char			 name[LIMIT_ADDRESS];
};

struct child {
	struct who_server	*server;
	pid_t			 pid;		/* 0: there is none */
	struct peer		*peer;
	struct timer		*timer;
	struct asked		*asked;		/* NULL: idle */
	unsigned		 uses;
};

struct who_server {
	struct loop		*loop;
	uint64_t		 uid_min;
	size_t			 waiting;
	STAILQ_HEAD(, asked)	 line;
	struct child		 pool[POOL];
};

/* --- answers ---------------------------------------------------------- */

static void
tell_later(struct client *c, uint32_t tag)
{
	struct who_later later = { tag };

	(void)peer_send(c->peer, &who_later, &later, -1);
}

static void
tell_no(struct client *c, uint32_t tag)
{
	struct who_no no = { tag };

	(void)peer_send(c->peer, &who_no, &no, -1);
}

/* --- children --------------------------------------------------------- */

static void	serve_line(struct who_server *);

/*
 * A child that closed its socket is ending by itself.  Nobody waits for
 * children (who ignores SIGCHLD): a killed one may hang in its name service
 * for as long as it likes.
 */
static void
retire(struct child *child)
{
	if (child->peer != NULL) {
		(void)kill(child->pid, SIGKILL);
		peer_close(child->peer);
	}
	child->peer = NULL;
	child->pid = 0;
	timer_stop(child->timer);
}

static void
set_free(struct child *child)
{
	free(child->asked);
	child->asked = NULL;
	timer_stop(child->timer);
	if (++child->uses >= USES)
		retire(child);
	serve_line(child->server);
}

/* No answer came from this child, and none will. */
static void
give_up(struct child *child)
{
	struct asked *a = child->asked;

	retire(child);
	if (a != NULL && a->client != NULL)
		tell_later(a->client, a->tag);
	set_free(child);
}

static void
on_child_late(void *arg)
{
	event_one(EV_TROUBLE, "what", "an account lookup takes too long");
	give_up(arg);
}

/* The question is no worse for the death of a child, unless two die. */
static void
on_child_closed(void *ctx)
{
	struct child *child = ctx;
	struct asked *a = child->asked;

	child->peer = NULL;	/* freed by its own code */
	if (a != NULL && !a->again) {
		a->again = true;
		child->asked = NULL;
		STAILQ_INSERT_HEAD(&child->server->line, a, next);
		child->server->waiting++;
	}
	give_up(child);
}

/* The question the child is at; NULL (and the edge closes) if it is not. */
static struct asked *
answered(struct child *child, uint32_t tag)
{
	return child->asked != NULL && child->asked->tag == tag ?
	    child->asked : NULL;
}

/* Accounts of people: not the system's own, and not nobody's. */
static bool
is_served(const struct who_server *s, uint32_t uid)
{
	return uid >= s->uid_min && uid != UID_NOBODY;
}

static int
on_yes(void *ctx, const void *msg, int fd)
{
	const struct who_yes *m = msg;
	struct child *child = ctx;
	struct asked *a = answered(child, m->tag);

	(void)fd;
	if (a == NULL)
		return -1;
	if (a->client != NULL && !is_served(child->server, m->uid))
		tell_no(a->client, a->tag);
	else if (a->client != NULL)
		(void)peer_send(a->client->peer, &who_yes, m, -1);
	set_free(child);
	return 0;
}

static int
on_no(void *ctx, const void *msg, int fd)
{
	const struct who_no *m = msg;
	struct child *child = ctx;
	struct asked *a = answered(child, m->tag);

	(void)fd;
	if (a == NULL)
		return -1;
	if (a->client != NULL)
		tell_no(a->client, a->tag);
	set_free(child);
	return 0;
}

static int
on_later(void *ctx, const void *msg, int fd)
{
	const struct who_later *m = msg;
	struct child *child = ctx;
	struct asked *a = answered(child, m->tag);

	(void)fd;
	if (a == NULL)
		return -1;
	if (a->client != NULL)
		tell_later(a->client, a->tag);
	set_free(child);
	return 0;
}

static const struct verb	child_verbs[] = {
	{ &who_yes,	VERB_ANY, VERB_SAME, on_yes },
	{ &who_no,	VERB_ANY, VERB_SAME, on_no },
	{ &who_later,	VERB_ANY, VERB_SAME, on_later },
};

static void	become_child(int sock) __attribute__((noreturn));

/*
 * The child keeps its socket and stderr: not the edge, not its siblings, and
 * not the settings, whose end malote would otherwise wait for in vain.
 */
static void
become_child(int sock)
{
	int fd;

	(void)signal(SIGTERM, SIG_DFL);
	for (fd = STDERR_FILENO + 1; fd < WHO_FILES; fd++)
		if (fd != sock)
			close(fd);
	lookup_serve(sock);
}

static bool
start_child(struct child *child)
{
	int pair[2];

	if (edge_pair(pair) == -1)
		return false;
	child->pid = fork();
	if (child->pid == 0)
		become_child(pair[1]);
	close(pair[1]);
	if (child->pid == -1) {
		child->pid = 0;
		close(pair[0]);
		return false;
	}
	child->uses = 0;
	child->peer = peer_new(child->server->loop, pair[0], child_verbs,
	    countof(child_verbs), 1, child, on_child_closed);
	if (child->peer == NULL)
		retire(child);
	return child->pid != 0;
}

/* --- the line --------------------------------------------------------- */

/* An idle child, rather one that runs already than a new one. */
static struct child *
idle_child(struct who_server *s)
{
	struct child *child, *none = NULL;
	size_t i;

	for (i = 0; i < POOL; i++) {
		child = &s->pool[i];
		if (child->asked != NULL)
			continue;
		if (child->pid != 0)
			return child;
		none = child;
	}
	return none;
}

/* Gives one question to a child; it owns the question then. */
static void
hand_over(struct child *child, struct asked *a)
{
	struct who_who m = { a->tag, a->name };

	if (child->pid == 0 && !start_child(child)) {
		tell_later(a->client, a->tag);
		free(a);
		return;
	}
	child->asked = a;
	timer_set(child->timer, DEADLINE);
	/* A dead child is noticed by on_child_closed(). */
	(void)peer_send(child->peer, &who_who, &m, -1);
}

static void
serve_line(struct who_server *s)
{
	struct asked *a;
	struct child *child;

	while ((a = STAILQ_FIRST(&s->line)) != NULL &&
	    (child = idle_child(s)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->line, next);
		s->waiting--;
		if (a->client == NULL)
			free(a);
		else
			hand_over(child, a);
	}
}

static int
on_who(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;
	struct who_server *s = c->server;
	const struct who_who *m = msg;
	struct asked *a;

	(void)fd;
	if (strlen(m->name) >= sizeof(a->name))
		return -1;
	if (s->waiting == LINE_MAX_QUESTIONS ||
	    (a = calloc(1, sizeof(*a))) == NULL) {
		tell_later(c, m->tag);
		return 0;
	}
	a->client = c;
	a->tag = m->tag;
	(void)strlcpy(a->name, m->name, sizeof(a->name));
	STAILQ_INSERT_TAIL(&s->line, a, next);
	s->waiting++;
	serve_line(s);
	return 0;
}

static const struct verb	client_verbs[] = {
	{ &who_who,	VERB_ANY, VERB_SAME, on_who },
};

/* Its questions stay where they are, but nobody hears the answers. */
static void
on_client_closed(void *ctx)
{
	struct client *c = ctx;
	struct asked *a;
	size_t i;

	STAILQ_FOREACH(a, &c->server->line, next)
		if (a->client == c)
			a->client = NULL;
	for (i = 0; i < POOL; i++) {
		a = c->server->pool[i].asked;
		if (a != NULL && a->client == c)
			a->client = NULL;
	}
	free(c);
}

static void
on_client(void *arg, int fd)
{
	struct who_server *s = arg;
	struct client *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		fd_close(&fd);
		return;
	}
	c->server = s;
	c->peer = peer_new(s->loop, fd, client_verbs, countof(client_verbs),
	    1, c, on_client_closed);
	if (c->peer == NULL)
		free(c);
}

struct who_server *
who_server_new(struct loop *loop, uint64_t uid_min)
{
	struct who_server *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL)
		die_temp("who");
	s->loop = loop;
	s->uid_min = uid_min;
	STAILQ_INIT(&s->line);
	for (i = 0; i < POOL; i++) {
		s->pool[i].server = s;
		s->pool[i].timer = timer_new(loop, on_child_late, &s->pool[i]);
	}
	return s;
}

void
who_server_listen(struct who_server *s, int fd)
{
	peer_listen(s->loop, fd, on_client, s);
}

void
who_server_change(struct who_server *s, uint64_t uid_min)
{
	s->uid_min = uid_min;
}

void
who_server_end(struct who_server *s)
{
	size_t i;

	for (i = 0; i < POOL; i++)
		retire(&s->pool[i]);
}
