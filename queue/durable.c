/*
 * What waits for the disk.  Whoever waits stands in a list: of those for the
 * next sync, or of those whom the one under way covers.  After a failure all
 * wait again, for a log that is written anew from memory; what failed once
 * is not tried again.
 */
#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "loop.h"

#include "compact.h"
#include "entry.h"
#include "life.h"
#include "place.h"
#include "queue.h"
#include "states.h"
#include "syncer.h"

enum {
	LAZY_MS = 500,		/* a mark waits at most so long for a sync */
	MEND_MS = 1000,
	BURIALS = 64		/* files removed in one turn */
};

struct durable {
	struct queue		*q;
	struct syncer		*syncer;
	struct entry_chain	 awaiting;	/* their next step waits */
	struct entry_chain	 finished;	/* their file waits */
	struct place		*held;		/* recipients that wait */
	struct entry_chain	 awaiting_now;	/* … for the sync under way */
	struct entry_chain	 finished_now;
	struct place		*held_now;
	struct place		 places[2];	/* held and held_now */
	struct entry_chain	 over;		/* the file may go */
	bool			 busy;		/* a sync is under way */
	bool			 hurry;
	bool			 lazy_set;
	int			 fd;		/* being synced */
	struct timer		*lazy;		/* syncs marks */
	struct timer		*mend;		/* when the log is ill */
	enum states_health	 told;
};

/* --- who waits -------------------------------------------------------- */

void
durable_want(struct durable *d, struct entry *e)
{
	if (e->flags & ENTRY_SYNC_NOW)
		e->flags |= ENTRY_SYNC_AGAIN;
	else if (!(e->flags & ENTRY_SYNC))
		STAILQ_INSERT_TAIL(&d->awaiting, e, sync);
	e->flags |= ENTRY_SYNC;
	queue_want_turn(d->q);
}

int
durable_hold(struct durable *d, struct rcpt *r)
{
	return place_add(&d->q->jobs, d->held, r);
}

void
durable_finish(struct durable *d, struct entry *e)
{
	STAILQ_INSERT_TAIL(&d->finished, e, sync);
	queue_want_turn(d->q);
}

void
durable_hurry(struct durable *d)
{
	d->hurry = true;
	queue_want_turn(d->q);
}

bool
durable_is_busy(const struct durable *d)
{
	return d->busy;
}

/* The next sync covers all that wait by now. */
static void
cover(struct durable *d)
{
	struct place *free = d->held_now;
	struct entry *e;

	STAILQ_FOREACH(e, &d->awaiting, sync)
		e->flags |= ENTRY_SYNC_NOW;
	STAILQ_CONCAT(&d->awaiting_now, &d->awaiting);
	STAILQ_CONCAT(&d->finished_now, &d->finished);
	d->held_now = d->held;
	d->held = free;
}

/* They wait for the next one. */
static void
uncover(struct durable *d)
{
	struct place *both = d->held_now;
	struct rcpt *r, *next;
	struct job *j;
	struct entry *e;

	STAILQ_FOREACH(e, &d->awaiting_now, sync)
		e->flags &= ~(ENTRY_SYNC_NOW | ENTRY_SYNC_AGAIN);
	STAILQ_CONCAT(&d->awaiting, &d->awaiting_now);
	STAILQ_CONCAT(&d->finished, &d->finished_now);
	d->held_now = d->held;
	d->held = both;
	while ((j = TAILQ_FIRST(&d->held_now->jobs)) != NULL)
		for (r = job_dissolve(&d->q->jobs, j); r != NULL; r = next) {
			next = r->next;
			if (durable_hold(d, r) == -1)
				life_pause(d->q, r);
		}
}

/* --- what goes on ----------------------------------------------------- */

static void
go_on(struct durable *d, struct entry *e)
{
	bool again = (e->flags & ENTRY_SYNC_AGAIN) != 0;

	e->flags &= ~(ENTRY_SYNC | ENTRY_SYNC_NOW | ENTRY_SYNC_AGAIN);
	if (again)
		durable_want(d, e);
	else
		life_synced(d->q, e);
}

/* Everything that the sync covered is durable. */
static void
release(struct durable *d)
{
	struct rcpt *r, *next;
	struct entry *e;
	struct job *j;

	while ((j = TAILQ_FIRST(&d->held_now->jobs)) != NULL)
		for (r = job_dissolve(&d->q->jobs, j); r != NULL; r = next) {
			next = r->next;
			life_ask(d->q, r);
		}
	while ((e = STAILQ_FIRST(&d->awaiting_now)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->awaiting_now, sync);
		go_on(d, e);
	}
	STAILQ_CONCAT(&d->over, &d->finished_now);
}

/* Removing files costs: a few at a time, as nobody waits for it. */
static void
bury(struct durable *d)
{
	struct entry *e;
	int i;

	for (i = 0; i < BURIALS && (e = STAILQ_FIRST(&d->over)) != NULL; i++) {
		STAILQ_REMOVE_HEAD(&d->over, sync);
		life_bury(d->q, e);
	}
	if (!STAILQ_EMPTY(&d->over))
		queue_want_turn(d->q);
}

/* --- syncs ------------------------------------------------------------ */

/* n: as states_sync_end() and states_listed() return it. */
static void
ended(struct durable *d, int n)
{
	d->busy = false;
	fd_close(&d->fd);
	if (n == 0)
		release(d);
	else {
		uncover(d);
		d->hurry = true;
	}
	queue_want_turn(d->q);
}

static void
on_listed(void *arg, int error)
{
	struct durable *d = arg;

	ended(d, states_listed(&d->q->states, error));
}

static void
on_data(void *arg, int error)
{
	struct durable *d = arg;
	struct states *s = &d->q->states;
	int n = states_sync_end(s, error);

	if (n != 1)
		ended(d, n);
	else if (syncer_ask(d->syncer, SYNC_FILE, s->folder, on_listed, d) ==
	    -1)
		ended(d, states_listed(s, ENOMEM));
}

static void
begin(struct durable *d)
{
	struct states *s = &d->q->states;

	d->fd = fcntl(states_sync_begin(s), F_DUPFD_CLOEXEC, 0);
	if (d->fd == -1 || syncer_ask(d->syncer, SYNC_DATA, d->fd, on_data,
	    d) == -1) {
		fd_close(&d->fd);
		s->unsynced = true;
		d->hurry = false;	/* the lazy timer tries again */
		return;
	}
	d->busy = true;
	d->hurry = false;
	cover(d);
}

static void
begin_if_wanted(struct durable *d)
{
	const struct states *s = &d->q->states;

	if (d->busy || s->health == STATES_BROKEN || s->pending.len != 0)
		return;
	if (d->hurry || !STAILQ_EMPTY(&d->awaiting) || d->held->count != 0)
		begin(d);
}

static void
on_lazy(void *arg)
{
	struct durable *d = arg;

	d->lazy_set = false;
	durable_hurry(d);
}

/* Marks are written but not yet synced: that comes by itself. */
static void
begin_lazy(struct durable *d)
{
	if (d->lazy_set || d->hurry || (!d->q->states.unsynced &&
	    STAILQ_EMPTY(&d->finished)))
		return;
	d->lazy_set = true;
	timer_set(d->lazy, LAZY_MS);
}

bool
durable_rest(struct durable *d)
{
	if (!d->busy && d->q->states.health == STATES_BROKEN)
		return true;
	if (!d->busy && !d->q->states.unsynced &&
	    d->q->states.pending.len == 0 && STAILQ_EMPTY(&d->finished))
		return STAILQ_EMPTY(&d->over);
	d->hurry = true;
	begin_if_wanted(d);
	return false;
}

/* --- illness ---------------------------------------------------------- */

static void
tell(const char *why)
{
	struct event e;

	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "states log");
	event_str(&e, "why", why);
	event_send(&e);
}

static void
on_mend(void *arg)
{
	struct durable *d = arg;
	struct states *s = &d->q->states;

	if (s->health == STATES_FULL && states_mend(s) == 0)
		tell("there is room again");
	if (s->health == STATES_BROKEN && !d->busy) {
		tell("a write or sync failed; it is written anew");
		(void)compact_rescue(d->q->compaction);
	}
	/* From here on a new failure is new, even if it is the same. */
	d->told = s->health;
	if (s->health != STATES_GOOD) {
		timer_set(d->mend, MEND_MS);
		d->hurry = true;
	}
	queue_want_turn(d->q);
}

/* From its first failure on the log is looked after by on_mend(). */
static void
watch(struct durable *d)
{
	enum states_health now = d->q->states.health;

	if (now == d->told)
		return;
	d->told = now;
	if (now == STATES_FULL)
		tell("no room; nothing new is begun");
	if (now != STATES_GOOD)
		timer_set(d->mend, now == STATES_BROKEN ? 0 : MEND_MS);
}

/* --- turns ------------------------------------------------------------ */

void
durable_turn(struct durable *d)
{
	(void)states_write(&d->q->states);
	begin_if_wanted(d);
}

void
durable_turn_end(struct durable *d)
{
	durable_turn(d);
	begin_lazy(d);
	bury(d);
	watch(d);
}

struct durable *
durable_new(struct queue *q, struct syncer *syncer)
{
	struct durable *d = calloc(1, sizeof(*d));

	if (d == NULL)
		die_temp("states log");
	d->q = q;
	d->syncer = syncer;
	d->fd = -1;
	STAILQ_INIT(&d->awaiting);
	STAILQ_INIT(&d->finished);
	STAILQ_INIT(&d->awaiting_now);
	STAILQ_INIT(&d->finished_now);
	STAILQ_INIT(&d->over);
	place_init(&d->places[0]);
	place_init(&d->places[1]);
	d->held = &d->places[0];
	d->held_now = &d->places[1];
	d->lazy = timer_new(q->loop, on_lazy, d);
	d->mend = timer_new(q->loop, on_mend, d);
	return d;
}
