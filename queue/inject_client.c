/*
 * One connection that submits messages, from smtpd, bounce or a local user.
 * The socket it came in by decides what is believed.  Whatever the other end
 * does, a message is stored whole and answered once, or leaves nothing.
 */
#include "inject_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "fd.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "stop_point.h"

#include "bell.h"

/* A batch is committed early when it is this long, or this old. */
enum { BATCH_MAX = 256, BATCH_LATE_MS = 10 };

struct client {
	LIST_ENTRY(client) next;	/* of the public socket */
	struct inject	*inject;
	struct peer	*peer;
	enum edge	 edge;
	uid_t		 uid;
	struct intake	*intake;	/* NULL between messages */
};

/* Where a connection stands; DEAF ignores a refused message to its end. */
enum {
	IDLE = 1, OPENED = 2, SENDER = 4, RCPTS = 8, BODY = 16, WAITING = 32,
	DEAF = 64
};

/* --- answers ---------------------------------------------------------- */

static void
tell_not_stored(const struct intake *in, const struct fate *fate)
{
	struct event e;

	event_open(&e, EV_NOT_STORED);
	event_str(&e, "id", in->spooled.id);
	event_str(&e, "why", fate->text);
	event_send(&e);
}

static void
tell_accepted(const struct intake *in)
{
	const struct message *m = &in->message;
	struct event e;

	event_open(&e, EV_ACCEPTED);
	event_str(&e, "id", m->id);
	event_str(&e, "from", m->sender);
	event_num(&e, "rcpts", in->rcpts);
	event_str(&e, "to", in->first);
	event_num(&e, "size", in->size);
	event_str(&e, "client", m->client);
	event_str(&e, "helo", m->helo);
	event_str(&e, "login", *m->login != '\0' ? m->login : m->account);
	event_str(&e, "message-id", in->message_id);
	event_send(&e);
}

static void
send_refused(struct client *c, const struct fate *fate)
{
	struct submit_refused msg = { .fate = *fate };

	(void)peer_send(c->peer, &submit_refused, &msg, -1);
}

/* The message is over before it began; what follows of it is ignored. */
static int
refuse(struct client *c, const struct fate *fate, unsigned state)
{
	if (c->intake != NULL) {
		tell_not_stored(c->intake, fate);
		intake_free(c->intake);
		c->intake = NULL;
	}
	send_refused(c, fate);
	peer_set_state(c->peer, state);
	return 0;
}

static void
answer(struct client *c, const struct intake *in, const struct fate *fate)
{
	struct submit_taken taken = { .id = in->spooled.id };

	if (c == NULL)
		return;
	c->intake = NULL;
	peer_set_state(c->peer, IDLE);
	if (in->spooled.error == 0)
		(void)peer_send(c->peer, &submit_taken, &taken, -1);
	else
		send_refused(c, fate);
}

void
client_stored(void *ctx, struct spooled *spooled)
{
	/* spooled is the first member of its intake. */
	struct intake *in = (struct intake *)(void *)spooled;
	struct inject *inject = ctx;
	struct fate fate;

	if (spooled->error == 0) {
		stop_point("tell-taken");
		answer(in->client, in, NULL);
		stop_point("told-taken");
		bell_ring(inject->bell, spooled->id, spooled->generation);
		tell_accepted(in);
	} else {
		spool_fate(&fate, spooled->error);
		answer(in->client, in, &fate);
		tell_not_stored(in, &fate);
	}
	intake_free(in);
	if (inject->stopping && spool_is_empty(&inject->spool))
		loop_stop(inject->loop);
}

void
client_commit_batch(void *arg)
{
	struct inject *inject = arg;

	timer_stop(inject->batch_idle);
	timer_stop(inject->batch_late);
	spool_commit(&inject->spool);
}

/* --- verbs ------------------------------------------------------------ */

static int
got_open(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;
	char account[24] = "";
	struct fate fate;

	(void)fd;
	if (c->edge == EDGE_SUBMIT_PUBLIC)
		(void)snprintf(account, sizeof(account), "uid %u",
		    (unsigned)c->uid);
	c->intake = intake_new(&c->inject->spool, &c->inject->site, msg,
	    account, c->edge == EDGE_SUBMIT_BOUNCE);
	if (c->intake == NULL) {
		spool_fate(&fate, ENOMEM);
		return refuse(c, &fate, DEAF);
	}
	c->intake->client = c;
	return 0;
}

static int
got_from(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;
	struct fate fate;

	(void)fd;
	if (intake_from(c->intake, msg, &fate) == -1)
		return refuse(c, &fate, DEAF);
	return 0;
}

static int
got_rcpt(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;
	struct fate fate;

	(void)fd;
	if (intake_rcpt(c->intake, msg, &fate) == -1)
		return refuse(c, &fate, DEAF);
	return 0;
}

static int
got_data(void *ctx, const void *msg, int fd)
{
	const struct submit_data *data = msg;
	struct client *c = ctx;
	struct fate fate;

	(void)fd;
	if (intake_data(c->intake, &data->chunk, &fate) == -1)
		return refuse(c, &fate, DEAF);
	return 0;
}

static int
got_commit(void *ctx, const void *msg, int fd)
{
	const struct submit_commit *commit = msg;
	struct client *c = ctx;
	struct inject *inject = c->inject;
	struct fate fate;

	(void)fd;
	if (intake_commit(c->intake, commit->size, &fate) == -1)
		return refuse(c, &fate, IDLE);
	/* While a batch is under way its end commits the next one. */
	if (spool_is_busy(&inject->spool))
		return 0;
	if (inject->spool.count == 1) {
		timer_set(inject->batch_idle, 0);
		timer_set(inject->batch_late, BATCH_LATE_MS);
	} else if (inject->spool.count == BATCH_MAX)
		timer_set(inject->batch_late, 0);
	return 0;
}

static int
got_where(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;
	struct submit_site site = { .hostname = c->inject->site.hostname };

	(void)msg;
	(void)fd;
	(void)peer_send(c->peer, &submit_site, &site, -1);
	return 0;
}

static int
got_abort(void *ctx, const void *msg, int fd)
{
	struct client *c = ctx;

	(void)msg;
	(void)fd;
	intake_free(c->intake);
	c->intake = NULL;
	return 0;
}

static int
ignore(void *ctx, const void *msg, int fd)
{
	(void)ctx;
	(void)msg;
	(void)fd;
	return 0;
}

static const struct verb verbs[] = {
	{ &submit_open,	  IDLE,			OPENED,	    got_open },
	{ &submit_from,	  OPENED,		SENDER,	    got_from },
	{ &submit_rcpt,	  SENDER | RCPTS,	RCPTS,	    got_rcpt },
	{ &submit_data,	  RCPTS | BODY,		BODY,	    got_data },
	{ &submit_commit, RCPTS | BODY,		WAITING,    got_commit },
	{ &submit_abort,  OPENED | SENDER | RCPTS | BODY, IDLE, got_abort },
	{ &submit_where,  IDLE,			VERB_SAME,  got_where },
	{ &submit_from,	  DEAF,			VERB_SAME,  ignore },
	{ &submit_rcpt,	  DEAF,			VERB_SAME,  ignore },
	{ &submit_data,	  DEAF,			VERB_SAME,  ignore },
	{ &submit_commit, DEAF,			IDLE,	    ignore },
	{ &submit_abort,  DEAF,			IDLE,	    ignore },
};

/* --- coming and going ------------------------------------------------- */

static void
on_closed(void *ctx)
{
	struct client *c = ctx;
	struct intake *in = c->intake;

	/* After COMMIT the message is ours, heard of or not. */
	if (in != NULL && peer_state(c->peer) == WAITING)
		in->client = NULL;
	else
		intake_free(in);
	if (c->edge == EDGE_SUBMIT_PUBLIC)
		LIST_REMOVE(c, next);
	free(c);
}

/*
 * Local users share a bounded number of connections.  Whoever takes one more
 * leaves as many as he has then to the others, so that a few accounts cannot
 * have them all; root's, beside them, tell of what goes wrong.
 */
static bool
has_room(const struct inject *inject, uid_t uid)
{
	const struct client *c;
	unsigned others = 0, own = 0;

	LIST_FOREACH(c, &inject->public, next)
		if (c->uid == uid)
			own++;
		else if (c->uid != 0)
			others++;
	return own < LIMIT_SUBMITTERS_PER_USER &&
	    (uid == 0 || others + 2 * own < LIMIT_SUBMITTERS);
}

static struct client *
client_new(struct inject *inject, enum edge edge, int fd)
{
	struct client *c = calloc(1, sizeof(*c));
	gid_t gid;

	if (c == NULL)
		return NULL;
	c->inject = inject;
	c->edge = edge;
	if (edge == EDGE_SUBMIT_PUBLIC && (getpeereid(fd, &c->uid, &gid) ==
	    -1 || !has_room(inject, c->uid))) {
		free(c);
		return NULL;
	}
	return c;
}

void
client_accepted(void *arg, int fd)
{
	const struct gate *gate = arg;
	struct client *c = client_new(gate->inject, gate->edge, fd);

	/* A closed door is "try again later" to every submitter. */
	if (c == NULL) {
		fd_close(&fd);
		return;
	}
	c->peer = peer_new(gate->inject->loop, fd, verbs, countof(verbs),
	    IDLE, c, on_closed);
	if (c->peer == NULL) {
		free(c);
		return;
	}
	if (c->edge == EDGE_SUBMIT_PUBLIC)
		LIST_INSERT_HEAD(&gate->inject->public, c, next);
}
