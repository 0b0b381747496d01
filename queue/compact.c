/*
 * Compaction of the states log, and its rescue: memory knows all that the
 * log says.  A step that fails leaves the old log as it was, and a moment
 * later all begins anew.
 */
#include "compact.h"

#include <fcntl.h>
#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "house.h"
#include "settings.h"
#include "stop_point.h"

#include "durable.h"
#include "entry.h"
#include "generations.h"
#include "marks.h"
#include "queue.h"
#include "record.h"
#include "states.h"
#include "syncer.h"

enum {
	SMALL = 4 * 1024 * 1024,	/* bytes: not worth the trouble */
	AHEAD = 128 * 1024,		/* bytes written in one step */
	ENTRIES = 500,			/* messages, or marks, in one step */
	AGAIN_MS = 30 * 1000		/* after a failure */
};

enum phase {
	RESTING,
	FORMER,		/* marks of messages that are no more */
	MESSAGES,	/* what is in memory */
	TAIL,		/* what the old file says since then */
	SYNCING,	/* all that, and the folder cur */
	REST,		/* what came meanwhile */
	JOINED		/* both are written; the next sync decides */
};

struct compaction {
	struct queue	*q;
	struct syncer	*syncer;
	struct states	 next;
	enum phase	 phase;
	bool		 wanted;
	bool		 failed;
	struct finished_walk former;
	const struct entry *at, *last;	/* whose turn it is; the last one's */
	uint64_t	 tail;		/* so far the old file is copied */
	unsigned	 syncs;		/* under way */
	int		 fd;		/* being synced */
	int64_t		 again;		/* not before */
};

/* --- steps ------------------------------------------------------------ */

static void
fail(struct compaction *c)
{
	states_abandon(&c->next);
	c->phase = RESTING;
	c->wanted = true;
	c->again = fd_now() + AGAIN_MS;
}

static void
put_entry(struct states *s, const struct entry *e)
{
	struct record_entry msg = { e->id };

	if (e->flags & ENTRY_FINISHED)
		states_put(s, &record_finished, &msg);
	else if (!(e->flags & ENTRY_GHOST))
		marks_entry(s, e);
}

/* What recovery would need to know of the arrivals log. */
static void
put_arrivals(struct states *s, const struct generations *g, const char *boot)
{
	struct record_low low = { g->low, g->since };
	struct record_boot stuck = { boot };

	states_put(s, &record_low, &low);
	if (g->stuck)
		states_put(s, &record_stuck, &stuck);
}

static int
begin(struct compaction *c, struct states *next)
{
	const char *boot = settings_boot(c->q->settings);
	struct record_boot msg = { boot };

	if (states_begin(next, &c->q->states) == -1)
		return -1;
	states_put(next, &record_boot, &msg);
	put_arrivals(next, &c->q->generations, boot);
	c->former = (struct finished_walk){ 0, 0 };
	return 0;
}

/* The next mark of a message that is no more, but that recovery would find
 * in the arrivals log; false: that was the last. */
static bool
put_former(struct compaction *c, struct states *next)
{
	struct record_entry msg = {
		generations_next(&c->q->generations, &c->former)
	};

	if (msg.id == NULL)
		return false;
	states_put(next, &record_finished, &msg);
	return true;
}

static bool
is_due(const struct compaction *c)
{
	const struct states *s = &c->q->states;

	/* Before all is in memory a log from memory would forget. */
	if (c->q->past != NULL || s->health == STATES_BROKEN ||
	    s->unnamed || s->twin != NULL || c->syncs != 0 ||
	    fd_now() < c->again)
		return false;
	return c->wanted || (s->size > SMALL && s->size / 3 > s->live);
}

static void
rest(struct compaction *c)
{
	if (!is_due(c))
		return;
	c->wanted = false;
	if (begin(c, &c->next) == -1) {
		c->wanted = true;
		c->again = fd_now() + AGAIN_MS;
		return;
	}
	c->phase = FORMER;
	c->at = TAILQ_FIRST(&c->q->entries.all);
	c->last = TAILQ_LAST(&c->q->entries.all, entry_list);
	c->tail = c->q->states.size + c->q->states.pending.len;
	stop_point("compact-begun");
}

static void
former(struct compaction *c)
{
	int i;

	for (i = 0; i < ENTRIES && put_former(c, &c->next); i++)
		;
	if (states_write(&c->next) == -1)
		fail(c);
	else if (i < ENTRIES)
		c->phase = MESSAGES;
	queue_want_turn(c->q);
}

static void
messages(struct compaction *c)
{
	int i;

	for (i = 0; i < ENTRIES && c->at != NULL &&
	    c->next.pending.len < AHEAD; i++) {
		put_entry(&c->next, c->at);
		c->at = c->at == c->last ? NULL : TAILQ_NEXT(c->at, all);
	}
	if (states_write(&c->next) == -1)
		fail(c);
	else if (c->at == NULL)
		c->phase = TAIL;
	queue_want_turn(c->q);
}

static void
on_synced(void *arg, int error)
{
	struct compaction *c = arg;

	c->syncs--;
	if (error != 0)
		c->failed = true;
	if (c->syncs == 0)
		fd_close(&c->fd);
	queue_want_turn(c->q);
}

/*
 * The new log forgets the marks of messages whose files are gone; that they
 * are gone must be durable first, or a power cut would bring them back
 * without a mark.
 */
static void
begin_syncs(struct compaction *c)
{
	c->phase = SYNCING;
	c->failed = false;
	c->fd = fcntl(c->next.fd, F_DUPFD_CLOEXEC, 0);
	if (c->fd == -1)
		c->failed = true;
	else if (syncer_ask(c->syncer, SYNC_DATA, c->fd, on_synced, c) == 0)
		c->syncs++;
	else
		c->failed = true;
	if (syncer_ask(c->syncer, SYNC_FILE, house_folder_fd(PROC_QUEUE,
	    FOLDER_CUR), on_synced, c) == 0)
		c->syncs++;
	else
		c->failed = true;
}

static void
tail(struct compaction *c)
{
	if (states_copy(&c->next, &c->q->states, &c->tail, AHEAD) == -1)
		fail(c);
	else if (c->q->states.size - c->tail < AHEAD) {
		stop_point("compact-copied");
		begin_syncs(c);
	}
	queue_want_turn(c->q);
}

static void
syncing(struct compaction *c)
{
	if (c->syncs != 0)
		return;
	if (c->failed)
		fail(c);
	else
		c->phase = REST;
}

static void
join(struct compaction *c)
{
	struct states *s = &c->q->states;

	if (states_copy(&c->next, s, &c->tail, AHEAD) == -1) {
		fail(c);
		return;
	}
	if (s->size != c->tail)
		queue_want_turn(c->q);
	/* Else a turn follows when that has changed. */
	if (s->size != c->tail || durable_is_busy(c->q->durable) ||
	    s->health != STATES_GOOD)
		return;
	stop_point("compact-joined");
	states_join(s, &c->next);
	c->phase = JOINED;
	durable_hurry(c->q->durable);
}

static void
joined(struct compaction *c)
{
	const struct states *s = &c->q->states;

	if (s->twin != NULL)
		return;
	c->phase = RESTING;
	/* It has become the log, or was forgotten. */
	if (s->number == c->next.number)
		return;
	c->wanted = true;
	c->again = fd_now() + AGAIN_MS;
}

static void (*const steps[])(struct compaction *) = {
	[RESTING] = rest,
	[FORMER] = former,
	[MESSAGES] = messages,
	[TAIL] = tail,
	[SYNCING] = syncing,
	[REST] = join,
	[JOINED] = joined
};

void
compact_turn(struct compaction *c)
{
	struct states *s = &c->q->states;

	if (s->health != STATES_BROKEN)
		steps[c->phase](c);
	else if (c->phase == JOINED) {
		if (s->twin != NULL)
			states_forget(s);
		c->phase = RESTING;
	} else if (c->phase != RESTING)
		fail(c);
}

void
compact_want(struct compaction *c)
{
	c->wanted = true;
	queue_want_turn(c->q);
}

void
compact_entry_gone(struct compaction *c, const struct entry *e)
{
	if (c->phase != FORMER && c->phase != MESSAGES)
		return;
	if (c->at == e)
		c->at = e == c->last ? NULL : TAILQ_NEXT(e, all);
	if (c->last == e)
		c->last = TAILQ_PREV(e, entry_list, all);
	if (c->last == NULL)
		c->at = NULL;
}

/* --- rescue ----------------------------------------------------------- */

static int
fill(struct compaction *c, struct states *next)
{
	const struct entry *e;

	while (put_former(c, next))
		if (next->pending.len >= AHEAD && states_write(next) == -1)
			return -1;
	TAILQ_FOREACH(e, &c->q->entries.all, all) {
		put_entry(next, e);
		if (next->pending.len >= AHEAD && states_write(next) == -1)
			return -1;
	}
	return states_write(next);
}

int
compact_rescue(struct compaction *c)
{
	struct states next;

	if (c->q->past != NULL || c->phase != RESTING ||
	    begin(c, &next) == -1)
		return -1;
	if (fill(c, &next) == -1) {
		states_abandon(&next);
		return -1;
	}
	states_rescue(&c->q->states, &next);
	return 0;
}

struct compaction *
compact_new(struct queue *q, struct syncer *syncer)
{
	struct compaction *c = calloc(1, sizeof(*c));

	if (c == NULL)
		die_temp("states log");
	c->q = q;
	c->syncer = syncer;
	c->fd = -1;
	return c;
}
