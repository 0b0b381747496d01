/*
 * All workers: how many there may be, which are idle and for how long.  A
 * slot is free again only when the process is gone, so that the number of
 * processes on the machine stays below the setting `workers`.
 */
#include <stdlib.h>

#include "bundle.h"
#include "die.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"

#include "queue.h"
#include "settler.h"
#include "starter.h"
#include "worker.h"
#include "worker_parts.h"

enum {
	SLOTS = 10000,		/* the most that `workers` can say */
	END_MS = 1000,		/* from EXITED to the end of the connection */
	TURN_MS = 500		/* a worker serves so long while others wait */
};

struct workers *
workers_new(struct destinations *ds)
{
	struct workers *ws = calloc(1, sizeof(*ws));

	if (ws == NULL)
		die_temp("workers");
	ws->slots = calloc(SLOTS, sizeof(struct worker *));
	ws->bundle = malloc(sizeof(*ws->bundle));
	if (ws->slots == NULL || ws->bundle == NULL)
		die_temp("workers");
	ws->room = SLOTS;
	ws->q = ds->q;
	ws->ds = ds;
	TAILQ_INIT(&ws->idle);
	ws->starter = starter_new(ws);
	return ws;
}

bool
workers_ready(const struct workers *ws, enum start_kind kind)
{
	return starter_ready(ws->starter, kind);
}

struct worker *
worker_find(const struct workers *ws, uint32_t tag)
{
	struct worker *w = ws->slots[tag % SLOTS];

	return w != NULL && w->tag == tag ? w : NULL;
}

/* --- idle ------------------------------------------------------------- */

void
worker_rest(struct worker *w)
{
	struct workers *ws = w->all;
	uint64_t idle = settings_number(ws->q->settings, P_WORKER_IDLE);

	w->state = WORKER_IDLE;
	TAILQ_INSERT_TAIL(&ws->idle, w, oldest);
	TAILQ_INSERT_HEAD(&w->dest->idle, w, idle);
	due_set(&ws->q->dues, &w->due, fd_now() + (int64_t)idle * 1000);
	queue_want_turn(ws->q);
	if (!ws->q->stopping)
		destination_touch(ws->ds, w->dest);
	else if (w->flying == 0)
		worker_close(w);
}

void
worker_unrest(struct worker *w)
{
	if (w->state != WORKER_IDLE)
		return;
	w->state = WORKER_NEW;
	TAILQ_REMOVE(&w->all->idle, w, oldest);
	TAILQ_REMOVE(&w->dest->idle, w, idle);
	due_clear(&w->all->q->dues, &w->due);
}

/* --- ends ------------------------------------------------------------- */

void
worker_close(struct worker *w)
{
	if (w->peer != NULL)
		peer_close(w->peer);
	w->peer = NULL;
	worker_leave(w);
	worker_check(w);
}

void
worker_check(struct worker *w)
{
	struct workers *ws = w->all;

	if (w->peer != NULL || !w->exited)
		return;
	due_clear(&ws->q->dues, &w->due);
	due_release(&ws->q->dues, 1);
	ws->slots[w->tag % SLOTS] = NULL;
	ws->alive--;
	ws->leaving--;
	w->left->workers--;
	destination_touch(ws->ds, w->left);
	free(w);
	queue_want_turn(ws->q);
}

void
worker_exited(struct worker *w)
{
	struct queue *q = w->all->q;

	w->exited = true;
	if (w->peer == NULL)
		worker_check(w);
	else	/* what it said last may still be on its way to us */
		due_set(&q->dues, &w->due, fd_now() + END_MS);
	queue_want_turn(q);
}

/* What it has written it shall place, even if that takes longer. */
void
worker_due(struct worker *w)
{
	if (w->flying == 0 || w->exited || w->dest == NULL)
		worker_close(w);
	else
		due_set(&w->all->q->dues, &w->due, fd_now() + END_MS);
}

/* --- beginnings ------------------------------------------------------- */

static struct worker *
worker_new(struct workers *ws, struct destination *d)
{
	struct worker *w = calloc(1, sizeof(*w));
	uint32_t slot = 0;

	if (w == NULL || due_promise(&ws->q->dues, 1) == -1) {
		free(w);
		return NULL;
	}
	while (ws->slots[slot] != NULL)
		slot++;
	ws->slots[slot] = w;
	ws->alive++;
	w->tag = (ws->starts++ % (UINT32_MAX / SLOTS)) * SLOTS + slot;
	w->all = ws;
	w->due.kind = DUE_WORKER;
	w->state = WORKER_NEW;
	w->kind = d->kind;
	w->since = fd_now();
	roll_init(&w->forwards);
	return w;
}

/* A new process for the destination, with its first batch; false: no memory. */
static bool
start(struct workers *ws, struct destination *d)
{
	struct worker *w = worker_new(ws, d);
	int fd;

	if (w == NULL)
		return false;
	w->dest = d;
	d->workers++;
	fd = worker_load(w);
	if (fd != -1 && starter_start(ws->starter, w) == 0) {
		worker_hand(w, fd);
		return true;
	}
	if (fd != -1) {
		fd_close(&fd);
		worker_put_back(w);
	}
	w->exited = true;
	worker_close(w);
	return true;
}

/*
 * Whether a worker must make room: all slots are taken, destinations wait
 * for one, and not as many are on their way out already.
 */
static bool
is_short(const struct workers *ws)
{
	return ws->alive >= settings_number(ws->q->settings, P_WORKERS) &&
	    ws->leaving < destinations_starting(ws->ds);
}

/* The longest idle one that has nothing to place any more, or NULL. */
static struct worker *
find_idle(const struct workers *ws)
{
	struct worker *w;

	TAILQ_FOREACH(w, &ws->idle, oldest)
		if (w->flying == 0)
			break;
	return w;
}

bool
worker_serve(struct workers *ws, struct destination *d)
{
	struct worker *w = TAILQ_FIRST(&d->idle);
	int fd;

	if (w != NULL && w->flying == 0 && fd_now() - w->since >= TURN_MS &&
	    is_short(ws)) {
		worker_close(w);
		return true;
	}
	if (w != NULL) {
		worker_unrest(w);
		fd = worker_load(w);
		if (fd == -1)
			worker_rest(w);
		else
			worker_hand(w, fd);
		return true;
	}
	if (ws->alive >= settings_number(ws->q->settings, P_WORKERS)) {
		w = find_idle(ws);
		if (w != NULL && is_short(ws))
			worker_close(w);
		return false;
	}
	return start(ws, d);
}

size_t
workers_busy(const struct workers *ws)
{
	size_t i, n = 0;

	for (i = 0; i < ws->room; i++)
		n += ws->slots[i] != NULL &&
		    ws->slots[i]->state == WORKER_BUSY;
	return n;
}

bool
workers_stop(struct workers *ws)
{
	struct worker *w;

	while ((w = find_idle(ws)) != NULL)
		worker_close(w);
	return workers_busy(ws) == 0 && TAILQ_EMPTY(&ws->idle) &&
	    settler_count(ws->q->settler) == 0;
}
