/*
 * The control edge.  A request walks through the messages in steps, as fast
 * as its client takes the lines, so that a million messages neither fill the
 * memory nor hold up the mail.  Who may connect is decided by the folder the
 * socket is in.
 */
#include "control.h"

#include <sys/queue.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "fd.h"
#include "id.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "house.h"
#include "wire_control.h"

#include "control_text.h"
#include "destination.h"
#include "entry.h"
#include "life.h"
#include "queue.h"

enum {
	STEPS = 200,			/* messages in one go */
	BACKLOG = 128 * 1024,		/* bytes that may wait for a client */
	SLOW_MS = 20			/* until it is looked at again */
};

enum { IDLE = 1, BUSY = 2 };		/* states of the edge */

struct client {
	LIST_ENTRY(client)	 next;
	struct control		*control;
	struct peer		*peer;
	struct timer		*more;
	/* One step of the request; false when it is over. */
	bool			(*step)(struct client *);
	struct entry		*at;	/* the message whose turn it is */
	uint32_t		 index;	/* its recipient */
	uint32_t		 found;
	char			 pattern[LIMIT_COMMAND];
};

struct control {
	struct queue		*q;
	LIST_HEAD(, client)	 clients;
};

/* --- answering -------------------------------------------------------- */

static void
say(void *ctx, const char *text)
{
	struct client *c = ctx;
	struct control_line line = { text };

	(void)peer_send(c->peer, &control_line, &line, -1);
}

static void
end(struct client *c, unsigned code, const char *status, const char *text)
{
	struct control_end msg;

	fate_set(&msg.fate, code, status, "%s", text);
	peer_set_state(c->peer, IDLE);
	(void)peer_send(c->peer, &control_end, &msg, -1);
}

/* Nobody knows it, or not yet. */
static void
end_unknown(struct client *c)
{
	if (c->control->q->past != NULL)
		end(c, 451, "4.3.0", "the queue is still being read");
	else
		end(c, 550, "5.1.1", "no such message");
}

static void
end_walk(struct client *c)
{
	if (c->found == 0 && *c->pattern != '\0')
		end_unknown(c);
	else if (c->control->q->past != NULL)
		end(c, 250, "2.3.0", "the queue is still being read");
	else
		end(c, 250, "2.0.0", "done");
}

static void
go_on(void *arg)
{
	struct client *c = arg;
	bool more = true;
	int i;

	for (i = 0; more && i < STEPS && peer_backlog(c->peer) < BACKLOG; i++)
		more = c->step(c);
	if (more)
		timer_set(c->more, peer_backlog(c->peer) < BACKLOG ? 0 :
		    SLOW_MS);
}

static int
begin(struct client *c, bool (*step)(struct client *), const char *pattern)
{
	struct queue *q = c->control->q;

	if (strlcpy(c->pattern, pattern, sizeof(c->pattern)) >=
	    sizeof(c->pattern))
		return -1;
	c->step = step;
	c->at = TAILQ_FIRST(&q->entries.all);
	c->index = c->found = 0;
	timer_set(c->more, 0);
	return 0;
}

/* The next message of the walk; NULL and an answer when it is over. */
static struct entry *
next_entry(struct client *c)
{
	struct entry *e = c->at;

	while (e != NULL && (e->flags & (ENTRY_FINISHED | ENTRY_GHOST)) != 0)
		e = TAILQ_NEXT(e, all);
	if (e == NULL)
		end_walk(c);
	else
		c->at = TAILQ_NEXT(e, all);
	return e;
}

/* --- list ------------------------------------------------------------- */

static bool
matches(const struct client *c, const struct entry *e)
{
	uint32_t i;

	if (*c->pattern == '\0' || fnmatch(c->pattern, e->id, 0) == 0 ||
	    fnmatch(c->pattern, e->sender, FNM_CASEFOLD) == 0)
		return true;
	for (i = 0; i < e->count; i++)
		if (fnmatch(c->pattern, rcpt_address(entry_rcpt(e, i)),
		    FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool
list_step(struct client *c)
{
	struct entry *e = next_entry(c);

	if (e == NULL)
		return false;
	if (matches(c, e)) {
		c->found++;
		control_text_entry(e, say, c);
	}
	return true;
}

static int
got_list(void *ctx, const void *msg, int fd)
{
	const struct control_list *m = msg;

	(void)fd;
	return begin(ctx, list_step, m->pattern);
}

/* --- show ------------------------------------------------------------- */

static bool
show_step(struct client *c)
{
	if (c->at == NULL || c->index >= c->at->count) {
		end_walk(c);
		return false;
	}
	control_text_rcpt(entry_rcpt(c->at, c->index++), say, c);
	return true;
}

static int
got_show(void *ctx, const void *msg, int fd)
{
	const struct control_show *m = msg;
	struct client *c = ctx;

	(void)fd;
	if (begin(c, show_step, m->id) == -1)
		return -1;
	c->at = entry_find(&c->control->q->entries, m->id);
	if (c->at != NULL && (c->at->flags & ENTRY_GHOST) != 0)
		c->at = NULL;
	if (c->at != NULL) {
		c->found = 1;
		control_text_envelope(c->at, say, c);
	}
	return 0;
}

/* --- retry ------------------------------------------------------------ */

static void
retry_entry(struct queue *q, struct entry *e)
{
	struct rcpt *r;
	uint32_t i;

	/* What is of the past is tried anyway. */
	for (i = 0; i < e->count && !(e->flags & ENTRY_PAST); i++) {
		r = entry_rcpt(e, i);
		if (r->state == RCPT_WAITING)
			destinations_wake(q->destinations, destination_of(r));
		else
			life_retry(q, r);
	}
}

static bool
retry_step(struct client *c)
{
	struct entry *e = next_entry(c);

	if (e != NULL)
		retry_entry(c->control->q, e);
	return e != NULL;
}

static int
got_retry(void *ctx, const void *msg, int fd)
{
	const struct control_retry *m = msg;
	struct client *c = ctx;
	struct queue *q = c->control->q;
	struct entry *e;

	(void)fd;
	if (*m->id == '\0') {
		destinations_wake(q->destinations, NULL);
		return begin(c, retry_step, "");
	}
	e = entry_find(&q->entries, m->id);
	if (e != NULL)
		retry_entry(q, e);
	if (e != NULL)
		end(c, 250, "2.0.0", "done");
	else
		end_unknown(c);
	return 0;
}

/* --- remove ----------------------------------------------------------- */

static int
got_remove(void *ctx, const void *msg, int fd)
{
	const struct control_remove *m = msg;
	struct client *c = ctx;
	struct queue *q = c->control->q;
	struct entry *e = entry_find(&q->entries, m->id);
	struct event ev;

	(void)fd;
	if (e == NULL || (e->flags & (ENTRY_FINISHED | ENTRY_PAST |
	    ENTRY_GHOST)) != 0) {
		end_unknown(c);
		return 0;
	}
	event_open(&ev, EV_REMOVED);
	event_str(&ev, "id", e->id);
	event_str(&ev, "why", "by an administrator");
	event_send(&ev);
	life_remove(q, e);
	end(c, 250, "2.0.0", "removed");
	return 0;
}

/* --- clients ---------------------------------------------------------- */

static const struct verb verbs[] = {
	{ &control_list,   IDLE, BUSY, got_list },
	{ &control_show,   IDLE, BUSY, got_show },
	{ &control_retry,  IDLE, BUSY, got_retry },
	{ &control_remove, IDLE, BUSY, got_remove },
};

static void
on_closed(void *ctx)
{
	struct client *c = ctx;

	LIST_REMOVE(c, next);
	timer_free(c->more);
	free(c);
}

static void
on_connection(void *arg, int fd)
{
	struct control *control = arg;
	struct client *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		fd_close(&fd);
		return;
	}
	c->control = control;
	c->peer = peer_new(control->q->loop, fd, verbs, countof(verbs), IDLE,
	    c, on_closed);
	if (c->peer == NULL) {
		free(c);
		return;
	}
	c->more = timer_new_idle(control->q->loop, go_on, c);
	LIST_INSERT_HEAD(&control->clients, c, next);
}

void
control_entry_gone(struct control *control, const struct entry *e)
{
	struct client *c;

	LIST_FOREACH(c, &control->clients, next)
		if (c->at == e) {
			c->at = TAILQ_NEXT(e, all);
			if (c->step == show_step)
				c->at = NULL;
		}
}

void
control_listen(struct queue *q)
{
	struct control *control = calloc(1, sizeof(*control));

	if (control == NULL)
		return;
	control->q = q;
	LIST_INIT(&control->clients);
	q->control = control;
	peer_listen(q->loop, house_edge_fd(PROC_QUEUE, EDGE_CONTROL_QUEUE),
	    on_connection, control);
}
