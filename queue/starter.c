/*
 * Asks the dispatchers for workers.  Their answers only say whether a
 * process exists; what it does is heard on its own socket.
 */
#include "starter.h"

#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "peer.h"
#include "settings.h"
#include "wire_start.h"

#include "queue.h"
#include "reach.h"
#include "worker_parts.h"

struct start_edge {
	struct workers	*workers;
	enum start_kind	 kind;
	struct reach	*reach;
};

struct starter {
	struct start_edge	edges[START_KINDS];
};

/* A late word about a worker of an earlier connection means nothing. */
static struct worker *
find(void *ctx, uint32_t tag)
{
	const struct start_edge *edge = reach_ctx(ctx);
	struct worker *w = worker_find(edge->workers, tag);

	return w != NULL && w->kind == edge->kind ? w : NULL;
}

static int
got_started(void *ctx, const void *msg, int fd)
{
	(void)ctx;
	(void)msg;
	(void)fd;
	return 0;
}

static int
got_failed(void *ctx, const void *msg, int fd)
{
	const struct start_failed *m = msg;
	struct worker *w = find(ctx, m->tag);

	(void)fd;
	if (w == NULL)
		return 0;
	w->exited = true;
	if (w->state == WORKER_BUSY) {
		worker_fail_batch(w, &m->fate, "");
		if (m->fate.kind == FATE_DEFER)
			destination_trouble(w->all->ds, w->dest, &m->fate, "");
	}
	worker_close(w);
	return 0;
}

static int
got_exited(void *ctx, const void *msg, int fd)
{
	const struct start_exited *m = msg;
	struct worker *w = find(ctx, m->tag);

	(void)fd;
	if (w != NULL)
		worker_exited(w);
	return 0;
}

static const struct verb verbs[] = {
	{ &start_started, VERB_ANY, VERB_SAME, got_started },
	{ &start_failed,  VERB_ANY, VERB_SAME, got_failed },
	{ &start_exited,  VERB_ANY, VERB_SAME, got_exited },
};

static void
on_up(void *ctx)
{
	const struct start_edge *edge = ctx;

	queue_want_turn(edge->workers->q);
}

/*
 * Nobody will tell of their ends any more; workers that live on are heard on
 * their own sockets as before.
 */
static void
on_down(void *ctx)
{
	const struct start_edge *edge = ctx;
	struct workers *ws = edge->workers;
	struct worker *w;
	size_t i;

	for (i = 0; i < ws->room; i++) {
		w = ws->slots[i];
		if (w == NULL || w->kind != edge->kind)
			continue;
		w->exited = true;
		worker_check(w);
	}
}

static const struct reach_type types[START_KINDS] = {
	[START_BY_BECOME] = {
		"/become", verbs, countof(verbs), 1, on_up, on_down
	},
	[START_BY_LOCAL] = {
		"/local", verbs, countof(verbs), 1, on_up, on_down
	},
	[START_BY_REMOTE] = {
		"/remote", verbs, countof(verbs), 1, on_up, on_down
	},
};

struct starter *
starter_new(struct workers *ws)
{
	struct starter *s = calloc(1, sizeof(*s));
	int i;

	if (s == NULL)
		die_temp("starter");
	for (i = 0; i < START_KINDS; i++) {
		s->edges[i].workers = ws;
		s->edges[i].kind = (enum start_kind)i;
		s->edges[i].reach = reach_new(ws->q->loop, &types[i],
		    &s->edges[i]);
	}
	return s;
}

bool
starter_ready(const struct starter *s, enum start_kind kind)
{
	return reach_peer(s->edges[kind].reach) != NULL;
}

int
starter_start(struct starter *s, struct worker *w)
{
	struct start_start msg = {
		.tag = w->tag,
		.program = w->kind == START_BY_REMOTE ? "remote" : "local",
		.destination = w->dest->name,
		.mailbox = settings_text(w->all->q->settings, P_MAILBOX)
	};
	int pair[2], error;

	if (edge_pair(pair) == -1)
		return -1;
	if (fd_nonblock(pair[0], true) == -1) {
		fd_close(&pair[0]);
		fd_close(&pair[1]);
		return -1;
	}
	w->peer = peer_new(w->all->q->loop, pair[0], worker_verbs,
	    WORKER_VERBS, 1, w, on_worker_closed);
	error = w->peer == NULL ? -1 : 0;
	/* If START cannot be sent, the end of pair[1] tells us. */
	if (error == 0)
		(void)peer_send(reach_peer(s->edges[w->kind].reach),
		    &start_start, &msg, pair[1]);
	fd_close(&pair[1]);
	return error;
}
