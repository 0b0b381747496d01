/*
 * Compaction of the states log, and its rescue: memory knows all that the
 * log says, so a log that cannot be trusted any more is written anew.
 */
#include "compact.h"

#include <unistd.h>

#include "house.h"
#include "settings.h"

#include "entry.h"
#include "marks.h"
#include "queue.h"
#include "record.h"

enum {
	SMALL = 4 * 1024 * 1024,	/* bytes: not worth the trouble */
	AHEAD = 256 * 1024		/* bytes gathered for one write */
};

bool
compact_is_due(const struct queue *q)
{
	return q->states.size > SMALL && q->states.size / 3 > q->states.live;
}

static int
put_entry(struct states *s, const struct entry *e)
{
	struct record_entry msg = { e->id };

	if (e->flags & ENTRY_FINISHED)
		states_put(s, &record_finished, &msg);
	else if (!(e->flags & ENTRY_GHOST))
		marks_entry(s, e);
	return s->pending.len < AHEAD ? 0 : states_write(s);
}

/* What recovery would need to know of messages that are no more. */
static void
put_arrivals(struct states *s, const struct generations *g, const char *boot)
{
	struct record_low low = { g->low, g->since };
	struct record_boot stuck = { boot };
	struct finished_walk walk = { 0, 0 };
	struct record_entry msg;

	states_put(s, &record_low, &low);
	if (g->stuck)
		states_put(s, &record_stuck, &stuck);
	while ((msg.id = generations_next(g, &walk)) != NULL)
		states_put(s, &record_finished, &msg);
}

/*
 * The new log forgets the marks of messages whose files are gone; that they
 * are gone must be durable first, or a power cut would bring them back
 * without a mark.
 */
static int
fill(struct queue *q, struct states *next)
{
	struct record_boot boot = { settings_boot(q->settings) };
	const struct entry *e;

	if (fsync(house_folder_fd(PROC_QUEUE, FOLDER_CUR)) == -1)
		return -1;
	states_put(next, &record_boot, &boot);
	put_arrivals(next, &q->generations, boot.boot);
	TAILQ_FOREACH(e, &q->entries.all, all)
		if (put_entry(next, e) == -1)
			return -1;
	return next->health == STATES_GOOD ? 0 : -1;
}

int
compact(struct queue *q)
{
	struct states next;

	if (states_begin(&next, &q->states) == -1)
		return -1;
	if (fill(q, &next) == -1) {
		states_abandon(&next);
		return -1;
	}
	return states_replace(&q->states, &next);
}
