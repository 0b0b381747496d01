/*
 * queue: the queue manager.  It keeps every message that was accepted until
 * each recipient has a final fate, and sees to it that this survives any
 * crash.  It never reads the network and never a body; it trusts its own
 * folders, inject's bell and alias' answers, and a worker only about the
 * recipients it was handed.
 */
#include "queue.h"

#include <sys/file.h>
#include <signal.h>
#include <string.h>

#include "date.h"
#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "settings.h"

#include "arrive.h"
#include "checkpoint.h"
#include "compact.h"
#include "control.h"
#include "destination.h"
#include "durable.h"
#include "expand.h"
#include "life.h"
#include "past.h"
#include "recover.h"
#include "reports.h"
#include "settler.h"
#include "syncer.h"
#include "worker.h"

static const struct card card = {
	.name = "queue",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT | MAY_PAIR | MAY_READ |
	    MAY_WRITE | MAY_SYNC,
	.folders = {
		{ -1, FOLDER_READ | FOLDER_LIST | FOLDER_RENAME },  /* new */
		{ -1, FOLDER_READ | FOLDER_LIST | FOLDER_RENAME |
		    FOLDER_REMOVE },				/* cur */
		{ -1, FOLDER_RENAME },				/* bad */
		{ -1, FOLDER_READ | FOLDER_LIST | FOLDER_CREATE |
		    FOLDER_REMOVE | FOLDER_RENAME },		/* log */
		{ -1, FOLDER_READ },				/* arrivals */
	},
	.files = 65536,
};

enum {
	LATE_MS = 20,		/* a turn comes at least so soon under load */
	STOP_MS = 5000,
	DUES = 256,		/* times that are served in one go */
	ASKING = 256,		/* retries that wait for alias */
	SYNCS = 3		/* at once: the log's and two of compaction */
};

uint64_t
queue_time(void)
{
	return (uint64_t)(date_now() / 1000000);
}

bool
queue_may_start(const struct queue *q)
{
	return !q->stopping && q->states.health == STATES_GOOD;
}

void
queue_want_turn(struct queue *q)
{
	if (q->turn_wanted)
		return;
	q->turn_wanted = true;
	timer_set(q->turn, 0);
	timer_set(q->late, LATE_MS);
}

void
queue_entry_gone(struct queue *q, const struct entry *e)
{
	compact_entry_gone(q->compaction, e);
	if (q->past != NULL)
		past_entry_gone(q->past, e);
	if (q->control != NULL)
		control_entry_gone(q->control, e);
}

/* --- turns ------------------------------------------------------------ */

/* Retries wait in their heap, where they cost least, as long as alias has
 * enough to do; so they never stand in front of new mail. */
static bool
has_room(const struct queue *q)
{
	return asker_place(q->asker)->count < ASKING;
}

static void
set_alarm(struct queue *q)
{
	const struct due *first = due_first(&q->dues), *retry;
	int64_t at = first == NULL ? INT64_MAX : first->at;

	retry = has_room(q) ? due_first(&q->retries) : NULL;
	if (retry != NULL && retry->at < at)
		at = retry->at;
	if (at == q->alarm_at)
		return;
	q->alarm_at = at;
	if (at == INT64_MAX)
		timer_stop(q->alarm);
	else
		timer_set(q->alarm, at - fd_now());
}

static void
stop_if_done(struct queue *q)
{
	if (q->stopping && workers_stop(q->destinations->workers) &&
	    durable_rest(q->durable))
		loop_stop(q->loop);
}

/*
 * First what was recorded goes to the log, then new work is handed out; what
 * this records is written at the turn's end.
 */
static void
on_turn(void *arg)
{
	struct queue *q = arg;

	timer_stop(q->turn);
	timer_stop(q->late);
	q->turn_wanted = false;
	durable_turn(q->durable);
	asker_pump(q->asker);
	destinations_pump(q->destinations);
	reporter_pump(q->reporter);
	compact_turn(q->compaction);
	durable_turn_end(q->durable);
	set_alarm(q);
	stop_if_done(q);
}

/* --- time ------------------------------------------------------------- */

static void
rcpt_due(struct queue *q, struct due *d)
{
	life_retry(q, (struct rcpt *)(void *)d);
}

static void
entry_due(struct queue *q, struct due *d)
{
	life_entry_due(q, entry_of_due(d));
}

static void
destination_is_due(struct queue *q, struct due *d)
{
	destination_due(q->destinations, destination_of_due(d));
}

static void
worker_is_due(struct queue *q, struct due *d)
{
	(void)q;
	worker_due((struct worker *)(void *)d);
}

static void (*const due_handlers[DUE_KINDS])(struct queue *, struct due *) = {
	[DUE_RCPT] = rcpt_due,
	[DUE_ENTRY] = entry_due,
	[DUE_DESTINATION] = destination_is_due,
	[DUE_WORKER] = worker_is_due,
};

/* The first of a heap, when its time has come. */
static struct due *
take_due(struct dues *dues, int64_t now)
{
	struct due *d = due_first(dues);

	if (d == NULL || d->at > now)
		return NULL;
	due_clear(dues, d);
	return d;
}

static void
on_alarm(void *arg)
{
	struct queue *q = arg;
	int64_t now = fd_now();
	struct due *d;
	int i;

	q->alarm_at = INT64_MAX;
	for (i = 0; i < DUES && (d = take_due(&q->dues, now)) != NULL; i++)
		due_handlers[d->kind](q, d);
	while (has_room(q) && (d = take_due(&q->retries, now)) != NULL)
		due_handlers[d->kind](q, d);
	queue_want_turn(q);
}

/* --- the program ------------------------------------------------------ */

static void
on_rescan(void *arg)
{
	arrive_scan(arg);
}

static void
on_stop_late(void *arg)
{
	struct queue *q = arg;

	loop_stop(q->loop);
}

static void
on_stop(void *arg)
{
	struct queue *q = arg;

	q->stopping = true;
	timer_set(timer_new(q->loop, on_stop_late, q), STOP_MS);
	queue_want_turn(q);
}

static void
use_settings(void *ctx, struct settings *settings)
{
	struct queue *q = ctx;

	settings_free(q->settings);
	q->settings = settings;
}

static void
enter_jail(void)
{
	static const enum folder folders[] = {
		FOLDER_NEW, FOLDER_CUR, FOLDER_BAD, FOLDER_QUEUE_LOG,
		FOLDER_ARRIVALS
	};
	struct card mine = card;
	size_t i;

	for (i = 0; i < countof(folders); i++)
		mine.folders[i].fd = house_folder_fd(PROC_QUEUE, folders[i]);
	jail_enter(&mine);
}

/*
 * When malote was killed, the queue of its house ends by itself; until then
 * two would take the same messages in charge.  Its lock goes with it.
 */
static void
outlive_former(void)
{
	if (flock(house_folder_fd(PROC_QUEUE, FOLDER_QUEUE_LOG),
	    LOCK_EX) == -1)
		die_temp("queue/log");
}

static void
make_parts(struct queue *q, struct syncer *syncer)
{
	dues_init(&q->dues);
	dues_init(&q->retries);
	if (entries_init(&q->entries, &q->dues, &q->retries) == -1 ||
	    jobs_init(&q->jobs) == -1)
		die_temp("tables");
	q->durable = durable_new(q, syncer);
	q->compaction = compact_new(q, syncer);
	q->turn = timer_new_idle(q->loop, on_turn, q);
	q->late = timer_new(q->loop, on_turn, q);
	q->alarm = timer_new(q->loop, on_alarm, q);
	q->alarm_at = INT64_MAX;
	q->rescan = timer_new(q->loop, on_rescan, q);
	q->asker = asker_new(q);
	q->destinations = destinations_new(q);
	q->settler = settler_new(q);
	q->reporter = reporter_new(q);
}

int
main(void)
{
	struct queue q = { 0 };
	struct syncer *syncer, *slow;

	die_name("queue");
	(void)signal(SIGPIPE, SIG_IGN);
	outlive_former();
	q.loop = loop_new();
	syncer = syncer_new(q.loop, SYNCS);
	slow = syncer_new(q.loop, 1);
	enter_jail();
	use_settings(&q, settings_start(NULL, NULL));
	make_parts(&q, syncer);
	q.checkpoint = checkpoint_new(&q, slow);
	recover(&q);
	past_begin(&q, !q.recovered);
	arrive_listen(&q);
	control_listen(&q);
	loop_signal(q.loop, SIGTERM, on_stop, &q);
	settings_watch(q.loop, NULL, use_settings, &q);
	loop_run(q.loop);
	(void)states_write(&q.states);
	return EXIT_DONE;
}
