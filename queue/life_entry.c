/*
 * What happens to a message as a whole: when its failures are reported, when
 * it is over, when its file goes.  The file is removed in one place only,
 * and only behind the sync of its finished mark.
 */
#include "life.h"

#include <fcntl.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "loop.h"
#include "settings.h"
#include "stop_point.h"

#include "destination.h"
#include "durable.h"
#include "entry.h"
#include "expand.h"
#include "known.h"
#include "queue.h"
#include "record.h"
#include "reports.h"
#include "schedule.h"

enum { GRACE_MS = 5000 };	/* failures gather so long into one report */

void
life_want_sync(struct queue *q, struct entry *e)
{
	durable_want(q->durable, e);
}

void
life_synced(struct queue *q, struct entry *e)
{
	destinations_gathered(q->destinations, e);
	reporter_synced(q->reporter, e);
	life_check(q, e);
}

/* --- the end ---------------------------------------------------------- */

static void
finish(struct queue *q, struct entry *e)
{
	struct record_entry msg = { e->id };
	uint64_t now = queue_time();
	struct event ev;

	e->flags |= ENTRY_FINISHED;
	due_clear(&q->dues, &e->due);
	if (generations_finished(&q->generations, e->generation, e->id) == -1)
		die_temp("finished marks");
	states_put(&q->states, &record_finished, &msg);
	durable_finish(q->durable, e);
	event_open(&ev, EV_FINISHED);
	event_str(&ev, "id", e->id);
	event_num(&ev, "delay", now > e->arrival ? now - e->arrival : 0);
	event_send(&ev);
}

/* Others of the message may fail soon: they shall share the report. */
static void
gather_failures(struct queue *q, struct entry *e)
{
	int64_t at = fd_now() + GRACE_MS;

	if (e->flags & ENTRY_GRACE)
		return;
	e->flags |= ENTRY_GRACE;
	queue_want_turn(q);
	if (e->due.place == 0 || e->due.at > at)
		due_set(&q->dues, &e->due, at);
}

void
life_check(struct queue *q, struct entry *e)
{
	if (e->moving == 0)
		known_forget(e);
	if ((e->flags & (ENTRY_SYNC | ENTRY_FINISHED | ENTRY_TASK |
	    ENTRY_PAST)) != 0)
		return;
	if (e->failed != 0 && e->moving != 0)
		gather_failures(q, e);
	else if (e->failed != 0)
		reporter_want(q->reporter, e);
	else if (e->open == 0)
		finish(q, e);
}

void
life_bury(struct queue *q, struct entry *e)
{
	stop_point("unlink");
	/* A file that stays is found, with its mark, at the next start. */
	if (unlinkat(house_folder_fd(PROC_QUEUE, FOLDER_CUR), e->id, 0) == 0)
		stop_point("unlinked");
	queue_entry_gone(q, e);
	entry_free(&q->entries, e);
}

/* --- time ------------------------------------------------------------- */

static uint64_t
expiry(const struct queue *q, const struct entry *e)
{
	return e->arrival + schedule_lifetime(q->settings,
	    *e->sender == '\0');
}

/* When the sender is to be told of a delay; 0: never. */
static uint64_t
warning(const struct queue *q, const struct entry *e)
{
	uint64_t after = settings_number(q->settings, P_DELAY_WARNING);

	if (after == 0 || *e->sender == '\0' || (e->flags & ENTRY_WARNED))
		return 0;
	return e->arrival + after;
}

void
life_set_timer(struct queue *q, struct entry *e)
{
	uint64_t now = queue_time(), at = UINT64_MAX, warn = warning(q, e);
	int64_t ms;

	if (warn != 0)
		at = warn;
	if (!(e->flags & ENTRY_EXPIRED) && expiry(q, e) < at)
		at = expiry(q, e);
	if (at == UINT64_MAX) {
		due_clear(&q->dues, &e->due);
		return;
	}
	ms = at <= now ? 0 : (int64_t)(at - now) * 1000;
	due_set(&q->dues, &e->due, fd_now() + ms);
}

static void
warn_of_delay(struct queue *q, struct entry *e)
{
	struct record_entry msg = { e->id };

	e->flags |= ENTRY_WARNED;
	states_put(&q->states, &record_warned, &msg);
	queue_want_turn(q);
	if (e->open != 0)
		reporter_warn(q->reporter, e);
}

void
life_entry_due(struct queue *q, struct entry *e)
{
	uint64_t now = queue_time(), warn = warning(q, e);

	if (e->flags & ENTRY_GRACE) {
		e->flags &= ~ENTRY_GRACE;
		if (e->failed != 0)
			reporter_want(q->reporter, e);
	}
	if (warn != 0 && warn <= now)
		warn_of_delay(q, e);
	if (!(e->flags & ENTRY_EXPIRED) && expiry(q, e) <= now) {
		e->flags |= ENTRY_EXPIRED;
		destinations_expired(q->destinations, e);
	}
	life_set_timer(q, e);
}

/* --- beginnings and ends from outside --------------------------------- */

void
life_start(struct queue *q, struct entry *e)
{
	struct rcpt *r;
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (r->state == RCPT_ASKING)
			life_ask(q, r);
	}
	life_set_timer(q, e);
	life_check(q, e);
}

/* Whatever it waits for, it waits no more. */
static void
leave_job(struct queue *q, struct rcpt *r)
{
	struct destination *d;

	if (r->job == NULL)
		return;
	d = destination_of(r);
	(void)job_dissolve(&q->jobs, r->job);
	if (d != NULL)
		destination_touch(q->destinations, d);
}

/* A worker that has a recipient keeps it; everything else ends here. */
static void
drop_rcpt(struct queue *q, struct rcpt *r)
{
	struct record_rcpt msg = { r->entry->id, r->index, 0 };

	if (r->state == RCPT_TRYING || r->state == RCPT_DONE ||
	    r->state == RCPT_REPORTED)
		return;
	if (r->state == RCPT_ASKING)
		asker_forget(q->asker, r);
	due_clear(&q->retries, &r->due);
	rcpt_set_state(r, RCPT_DONE);
	states_put(&q->states, &record_done, &msg);
}

void
life_remove(struct queue *q, struct entry *e)
{
	struct rcpt *r;
	uint32_t i;

	e->flags |= ENTRY_REMOVED | ENTRY_WARNED;
	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		leave_job(q, r);
		drop_rcpt(q, r);
	}
	queue_want_turn(q);
	life_check(q, e);
}

void
life_damaged(struct queue *q, struct entry *e, const char *why)
{
	struct event ev;

	if (e->flags & (ENTRY_REMOVED | ENTRY_FINISHED))
		return;
	event_open(&ev, EV_BAD_FILE);
	event_str(&ev, "id", e->id);
	event_str(&ev, "why", why);
	event_send(&ev);
	life_remove(q, e);
}
