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
#include "expand.h"
#include "life.h"
#include "past.h"
#include "recover.h"
#include "reports.h"
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
	LAZY_MS = 500,		/* a mark waits at most so long for a sync */
	MEND_MS = 1000,
	STOP_MS = 5000,
	ROUNDS = 8		/* syncs in one turn */
};

uint64_t
queue_time(void)
{
	return (uint64_t)(date_now() / 1000000);
}

bool
queue_may_start(const struct queue *q)
{
	return q->ready && !q->stopping && q->states.health == STATES_GOOD;
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

/* --- the log ---------------------------------------------------------- */

static void
tell_log(const char *why)
{
	struct event e;

	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "states log");
	event_str(&e, "why", why);
	event_send(&e);
}

/* Everything recorded so far is durable. */
static void
on_synced(struct queue *q)
{
	struct entry_chain awaiting = STAILQ_HEAD_INITIALIZER(awaiting);
	struct entry *e;

	while ((e = STAILQ_FIRST(&q->finished)) != NULL) {
		STAILQ_REMOVE_HEAD(&q->finished, sync);
		life_bury(q, e);
	}
	STAILQ_CONCAT(&awaiting, &q->awaiting);
	while ((e = STAILQ_FIRST(&awaiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&awaiting, sync);
		life_synced(q, e);
	}
}

/* Writes the log anew; until that is done nothing new is begun. */
static void
rescue_log(struct queue *q)
{
	tell_log("a write or sync failed; it is written anew");
	if (compact(q) == 0)
		on_synced(q);
}

static void
sync_log(struct queue *q)
{
	if (states_sync(&q->states) == 0)
		on_synced(q);
}

/* From its first failure on the log is looked after by on_mend(). */
static void
watch_log(struct queue *q)
{
	enum states_health now = q->states.health;

	if (now == q->log_health)
		return;
	q->log_health = now;
	if (now == STATES_FULL)
		tell_log("no room; nothing new is begun");
	if (now != STATES_GOOD)
		timer_set(q->mend, now == STATES_BROKEN ? 0 : MEND_MS);
}

/* Done marks are written but not yet synced: that comes by itself. */
static void
begin_lazy(struct queue *q)
{
	if (q->lazy_set || !q->states.unsynced)
		return;
	q->lazy_set = true;
	timer_set(q->lazy, LAZY_MS);
}

static void
on_lazy(void *arg)
{
	struct queue *q = arg;

	q->lazy_set = false;
	sync_log(q);
	queue_want_turn(q);
}

static void
on_mend(void *arg)
{
	struct queue *q = arg;

	if (q->states.health == STATES_FULL && states_mend(&q->states) == 0)
		tell_log("there is room again");
	if (q->states.health == STATES_BROKEN)
		rescue_log(q);
	/* From here on a new failure is new, even if it is the same. */
	q->log_health = q->states.health;
	if (q->log_health != STATES_GOOD)
		timer_set(q->mend, MEND_MS);
	queue_want_turn(q);
}

/* --- turns ------------------------------------------------------------ */

static void
set_alarm(struct queue *q)
{
	const struct due *first = due_first(&q->dues);

	if (first != NULL)
		timer_set(q->alarm, first->at - fd_now());
}

static void
stop_if_done(struct queue *q)
{
	if (q->stopping && workers_stop(q->destinations->workers))
		loop_stop(q->loop);
}

/*
 * First what was recorded goes to the log, then what waited for that, then
 * new work is handed out; what this records is written before the next one.
 */
static void
on_turn(void *arg)
{
	struct queue *q = arg;
	int i;

	timer_stop(q->turn);
	timer_stop(q->late);
	q->turn_wanted = false;
	(void)states_write(&q->states);
	for (i = 0; i < ROUNDS && !STAILQ_EMPTY(&q->awaiting) &&
	    q->states.health == STATES_GOOD; i++)
		sync_log(q);
	asker_pump(q->asker);
	destinations_pump(q->destinations);
	reporter_pump(q->reporter);
	(void)states_write(&q->states);
	begin_lazy(q);
	if (compact_is_due(q) && compact(q) == 0)
		on_synced(q);
	watch_log(q);
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

static void
on_alarm(void *arg)
{
	struct queue *q = arg;
	int64_t now = fd_now();
	struct due *d;

	while ((d = due_first(&q->dues)) != NULL && d->at <= now) {
		due_clear(&q->dues, d);
		due_handlers[d->kind](q, d);
	}
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
make_parts(struct queue *q)
{
	dues_init(&q->dues);
	if (entries_init(&q->entries, &q->dues) == -1 ||
	    jobs_init(&q->jobs) == -1)
		die_temp("tables");
	place_init(&q->syncing);
	STAILQ_INIT(&q->awaiting);
	STAILQ_INIT(&q->finished);
	q->turn = timer_new_idle(q->loop, on_turn, q);
	q->late = timer_new(q->loop, on_turn, q);
	q->lazy = timer_new(q->loop, on_lazy, q);
	q->mend = timer_new(q->loop, on_mend, q);
	q->alarm = timer_new(q->loop, on_alarm, q);
	q->rescan = timer_new(q->loop, on_rescan, q);
	q->asker = asker_new(q);
	q->destinations = destinations_new(q);
	q->reporter = reporter_new(q);
}

int
main(void)
{
	struct queue q = { 0 };
	struct syncer *syncer;

	die_name("queue");
	(void)signal(SIGPIPE, SIG_IGN);
	outlive_former();
	q.loop = loop_new();
	syncer = syncer_new(q.loop, 1);
	enter_jail();
	use_settings(&q, settings_start(NULL, NULL));
	make_parts(&q);
	q.checkpoint = checkpoint_new(&q, syncer);
	recover(&q);
	past_read(&q);
	arrive_listen(&q);
	control_listen(&q);
	loop_signal(q.loop, SIGTERM, on_stop, &q);
	settings_watch(q.loop, NULL, use_settings, &q);
	loop_run(q.loop);
	(void)states_sync(&q.states);
	return EXIT_DONE;
}
