/*
 * Checkpoints of the arrivals log.  The order is all there is to it: a
 * generation is complete, everything about its messages was written, a sync
 * of the file system was begun behind that and has ended well; only then is
 * the generation free.  After a sync that failed nothing is set free before
 * the machine was started anew: the kernel has dropped pages, and nobody
 * knows whose.
 */
#include "checkpoint.h"

#include <sys/stat.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "id.h"
#include "loop.h"
#include "settings.h"
#include "stop_point.h"

#include "arrivals.h"
#include "arrive.h"
#include "generations.h"
#include "queue.h"
#include "record.h"
#include "syncer.h"

enum {
	AGE_MS = 2000,		/* most messages are gone by then */
	AGAIN_MS = 1000,	/* when the states log is ill */
	HASTE = ARRIVALS_SEGMENTS / 2	/* so many wait: at once */
};

struct checkpoint {
	struct queue	*q;
	struct syncer	*syncer;
	struct timer	*timer;
	bool		 usable;	/* one sync is enough here */
	bool		 ready;
	bool		 running;
	bool		 hurry;		/* a segment failed */
	int64_t		 begun;
	uint64_t	 target;	/* generation */
	char		 since[ID_SIZE];
};

static int
folder(enum folder f)
{
	return house_folder_fd(PROC_QUEUE, f);
}

/* The folders lie on one file system, and it can be synced as a whole. */
static bool
is_usable(void)
{
	struct stat cur, log;

	return syncer_has_system && fstat(folder(FOLDER_CUR), &cur) == 0 &&
	    fstat(folder(FOLDER_QUEUE_LOG), &log) == 0 &&
	    cur.st_dev == log.st_dev;
}

/* What inject has begun, rung for or not. */
static void
look(struct generations *g)
{
	struct arrivals_head head;
	uint64_t size;
	unsigned i;

	for (i = 0; i < ARRIVALS_SEGMENTS; i++)
		if (arrivals_first(folder(FOLDER_ARRIVALS), i, &head, &size))
			generations_newest(g, head.generation);
}

/* --- one checkpoint ----------------------------------------------------- */

static void	consider(struct checkpoint *);

static void
tell(const struct checkpoint *cp)
{
	struct event e;

	event_open(&e, EV_CHECKPOINT);
	event_num(&e, "generation", cp->target);
	event_num(&e, "ms", (uint64_t)(fd_now() - cp->begun));
	event_send(&e);
}

static void
free_generations(struct checkpoint *cp)
{
	struct generations *g = &cp->q->generations;
	struct record_low low;

	generations_freed(g, cp->target, cp->since);
	low = (struct record_low){ g->low, g->since };
	states_put(&cp->q->states, &record_low, &low);
	queue_want_turn(cp->q);
	arrive_tell_free(cp->q, g->low - 1);
	tell(cp);
}

/* From now on the log fills up, and then each message is synced itself. */
static void
give_up(struct checkpoint *cp, int error)
{
	struct record_boot stuck = { settings_boot(cp->q->settings) };
	struct event e;

	cp->q->generations.stuck = true;
	states_put(&cp->q->states, &record_stuck, &stuck);
	queue_want_turn(cp->q);
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "checkpoint of the arrivals log");
	event_str(&e, "why", strerror(error));
	event_send(&e);
}

static void
on_synced(void *ctx, int error)
{
	struct checkpoint *cp = ctx;

	stop_point("checkpoint-synced");
	cp->running = false;
	if (error == 0)
		free_generations(cp);
	else
		give_up(cp, error);
	consider(cp);
}

static void
begin(struct checkpoint *cp)
{
	struct id_source now = { 0 };

	/* What is over is written, so that the sync takes it along. */
	if (states_write(&cp->q->states) == -1 ||
	    cp->q->states.health != STATES_GOOD) {
		timer_set(cp->timer, AGAIN_MS);
		return;
	}
	cp->hurry = false;
	cp->target = cp->q->generations.complete;
	cp->begun = fd_now();
	id_next(&now, cp->since);
	stop_point("checkpoint");
	if (syncer_ask(cp->syncer, SYNC_SYSTEM, folder(FOLDER_CUR),
	    on_synced, cp) == 0)
		cp->running = true;
	else
		timer_set(cp->timer, AGAIN_MS);
}

static void
on_timer(void *arg)
{
	struct checkpoint *cp = arg;

	if (cp->ready && !cp->running && !cp->q->generations.stuck &&
	    generations_waiting(&cp->q->generations) > 0)
		begin(cp);
}

/* Is it time? */
static void
consider(struct checkpoint *cp)
{
	unsigned waiting = generations_waiting(&cp->q->generations);

	if (waiting == 0 || cp->running)
		return;
	timer_set(cp->timer, waiting >= HASTE || cp->hurry ? 0 : AGE_MS);
}

/* --- from outside ------------------------------------------------------- */

struct checkpoint *
checkpoint_new(struct queue *q, struct syncer *syncer)
{
	struct checkpoint *cp = calloc(1, sizeof(*cp));

	if (cp == NULL)
		die_temp("checkpoints");
	cp->q = q;
	cp->syncer = syncer;
	cp->usable = is_usable();
	cp->timer = timer_new(q->loop, on_timer, cp);
	generations_init(&q->generations);
	look(&q->generations);
	return cp;
}

void
checkpoint_past_read(struct checkpoint *cp)
{
	cp->ready = true;
	arrive_tell_free(cp->q, checkpoint_free(cp));
	consider(cp);
}

uint64_t
checkpoint_next(struct checkpoint *cp)
{
	struct generations *g = &cp->q->generations;

	if (!cp->usable)
		return 0;
	look(g);
	return g->newest < g->low ? g->low : g->newest + 1;
}

uint64_t
checkpoint_free(const struct checkpoint *cp)
{
	return cp->ready ? cp->q->generations.low - 1 : 0;
}

/* inject begins none before the one eight before it is free. */
static bool
is_possible(const struct generations *g, uint64_t generation)
{
	uint64_t known = g->newest < g->low ? g->low : g->newest;

	return generation != 0 && (generation <= known ||
	    generation - known <= ARRIVALS_SEGMENTS);
}

int
checkpoint_heard(struct checkpoint *cp, uint64_t next, uint64_t generation)
{
	struct generations *g = &cp->q->generations;

	if (!is_possible(g, generation))
		return -1;
	generations_newest(g, generation);
	if (generation < next || generation - 1 <= g->complete)
		return 0;
	generations_complete(g, generation - 1);
	consider(cp);
	return 0;
}

int
checkpoint_spoiled(struct checkpoint *cp, uint64_t generation)
{
	struct generations *g = &cp->q->generations;

	if (!is_possible(g, generation))
		return -1;
	generations_newest(g, generation);
	if (generation <= g->complete)
		return 0;
	generations_complete(g, generation);
	cp->hurry = true;
	consider(cp);
	return 0;
}
