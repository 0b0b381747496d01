/*
 * Starting maildrops.  Who may open which mailbox was decided before; here
 * requests are only matched with their answers.
 */
#include "enter.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fate.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"
#include "wire_start.h"

enum { BECOME, MAILDROP, EDGES };

struct enter_edge {
	struct enters	*enters;
	unsigned	 number;
	const char	*path;
	struct peer	*peer;		/* NULL: not connected */
};

struct enters {
	struct loop		*loop;
	struct enter_edge	 edges[EDGES];
	uint32_t		 tag;
	TAILQ_HEAD(, enter)	 waiting;
};

static void
finish(struct enters *e, struct enter *enter, const struct fate *why)
{
	enter_cancel(e, enter);
	enter->done(enter->ctx, why);
}

/* An answer to a request that was given up, or a worker's end: NULL. */
static struct enter *
find(struct enters *e, uint32_t tag)
{
	struct enter *enter;

	TAILQ_FOREACH(enter, &e->waiting, next)
		if (enter->tag == tag)
			return enter;
	return NULL;
}

static int
on_started(void *ctx, const void *msg, int fd)
{
	const struct start_started *started = msg;
	struct enter_edge *edge = ctx;
	struct enter *enter = find(edge->enters, started->tag);

	(void)fd;
	if (enter != NULL)
		finish(edge->enters, enter, NULL);
	return 0;
}

static int
on_failed(void *ctx, const void *msg, int fd)
{
	const struct start_failed *failed = msg;
	struct enter_edge *edge = ctx;
	struct enter *enter = find(edge->enters, failed->tag);

	(void)fd;
	if (enter != NULL)
		finish(edge->enters, enter, &failed->fate);
	return 0;
}

static int
on_exited(void *ctx, const void *msg, int fd)
{
	const struct start_exited *exited = msg;
	struct enter_edge *edge = ctx;
	struct enter *enter = find(edge->enters, exited->tag);
	struct fate why;

	(void)fd;
	fate_set(&why, 454, "4.3.0", "the maildrop did not start");
	if (enter != NULL)
		finish(edge->enters, enter, &why);
	return 0;
}

enum { START_ANY = 1 };

static const struct verb verbs[] = {
	{ &start_started, START_ANY, VERB_SAME, on_started },
	{ &start_failed,  START_ANY, VERB_SAME, on_failed },
	{ &start_exited,  START_ANY, VERB_SAME, on_exited },
};

static void
on_closed(void *ctx)
{
	struct enter_edge *edge = ctx;
	struct enter *enter, *next;
	struct fate why;

	edge->peer = NULL;
	fate_set(&why, 454, "4.3.0", "the maildrop cannot be started now");
	for (enter = TAILQ_FIRST(&edge->enters->waiting); enter != NULL;
	    enter = next) {
		next = TAILQ_NEXT(enter, next);
		if (enter->edge == edge->number)
			finish(edge->enters, enter, &why);
	}
}

struct enters *
enters_new(struct loop *loop, const char *become, const char *maildrop)
{
	struct enters *e = calloc(1, sizeof(*e));
	unsigned i;

	if (e == NULL)
		die_temp("enters");
	TAILQ_INIT(&e->waiting);
	e->loop = loop;
	e->edges[BECOME].path = become;
	e->edges[MAILDROP].path = maildrop;
	for (i = 0; i < EDGES; i++) {
		e->edges[i].enters = e;
		e->edges[i].number = i;
	}
	return e;
}

static int
connect_edge(struct enter_edge *edge)
{
	int fd;

	if (edge->peer != NULL)
		return 0;
	fd = edge_connect(edge->path);
	if (fd != -1)
		edge->peer = peer_new(edge->enters->loop, fd, verbs,
		    countof(verbs), START_ANY, edge, on_closed);
	return edge->peer == NULL ? -1 : 0;
}

int
enter_start(struct enters *e, struct enter *enter, const char *destination,
    const char *mailbox, int fd)
{
	struct enter_edge *edge;
	struct start_start start = {
		.program = "maildrop",
		.destination = destination,
		.mailbox = mailbox
	};

	enter->edge = strncmp(destination, "virtual:", 8) == 0 ? MAILDROP :
	    BECOME;
	edge = &e->edges[enter->edge];
	if (connect_edge(edge) == -1)
		return -1;
	start.tag = enter->tag = ++e->tag;
	if (peer_send(edge->peer, &start_start, &start, fd) == -1)
		return -1;
	enter->waiting = true;
	TAILQ_INSERT_TAIL(&e->waiting, enter, next);
	return 0;
}

void
enter_cancel(struct enters *e, struct enter *enter)
{
	if (enter->waiting)
		TAILQ_REMOVE(&e->waiting, enter, next);
	enter->waiting = false;
}
