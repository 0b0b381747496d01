/*
 * One report at a time is asked of bounce; everything else waits in a list.
 * A failure counts as reported when bounce says so or when the report itself
 * arrives in the queue, whichever is first; a second report on the same
 * failures is removed unsent.
 */
#include "reports.h"

#include <sys/queue.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "id.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "wire_report.h"

#include "arrive.h"
#include "entry.h"
#include "kept.h"
#include "life.h"
#include "message.h"
#include "queue.h"
#include "reach.h"
#include "record.h"
#include "report_rows.h"
#include "schedule.h"

enum {
	REST_MS = 30 * 1000,	/* after LATER */
	RETRY_MS = 1000		/* when the file cannot be opened */
};

struct task {
	STAILQ_ENTRY(task)	 next;
	struct entry		*entry;
};

struct reporter {
	struct queue		*q;
	struct reach		*bounce;
	STAILQ_HEAD(, task)	 tasks;
	bool			 asked;		/* of the first task */
	bool			 resting;
	uint32_t		 serial;	/* asked; 0: a warning */
	struct timer		*again;
};

/* --- tasks ------------------------------------------------------------ */

static void
add_task(struct reporter *rp, struct entry *e)
{
	struct task *t;

	if (e->flags & ENTRY_TASK)
		return;
	t = calloc(1, sizeof(*t));
	if (t == NULL) {	/* the timer of the message asks again */
		e->flags |= ENTRY_GRACE;
		due_set(&rp->q->dues, &e->due, fd_now() + REST_MS);
		return;
	}
	t->entry = e;
	e->flags |= ENTRY_TASK;
	STAILQ_INSERT_TAIL(&rp->tasks, t, next);
	queue_want_turn(rp->q);
}

void
reporter_want(struct reporter *rp, struct entry *e)
{
	add_task(rp, e);
}

void
reporter_warn(struct reporter *rp, struct entry *e)
{
	e->flags |= ENTRY_WARN;
	add_task(rp, e);
}

/* The others are not to wait for one that cannot be written. */
static void
rotate(struct reporter *rp)
{
	struct task *t = STAILQ_FIRST(&rp->tasks);

	STAILQ_REMOVE_HEAD(&rp->tasks, next);
	STAILQ_INSERT_TAIL(&rp->tasks, t, next);
}

/* The first task is over. */
static void
end_task(struct reporter *rp)
{
	struct task *t = STAILQ_FIRST(&rp->tasks);
	struct entry *e = t->entry;

	STAILQ_REMOVE_HEAD(&rp->tasks, next);
	free(t);
	rp->asked = false;
	e->flags &= ~ENTRY_TASK;
	life_check(rp->q, e);
}

/* --- asking ----------------------------------------------------------- */

/* Takes failures into a new report, durably before it is asked for. */
static void
assign(struct reporter *rp, struct entry *e, const char *sender)
{
	struct record_rcpt msg = { .id = e->id, .value = ++e->serial };
	struct rcpt *r;
	uint32_t i, n = 0;

	for (i = 0; i < e->count && n < REPORT_ROWS; i++) {
		r = entry_rcpt(e, i);
		if (!report_row_is_free(r, sender))
			continue;
		r->serial = msg.value;
		msg.index = i;
		states_put(&rp->q->states, &record_reporting, &msg);
		n++;
	}
	life_want_sync(rp->q, e);
}

static void
send_row(struct reporter *rp, const struct rcpt *r, uint32_t serial)
{
	char orcpt[LIMIT_PARAMS];
	struct report_row row = {
		.address = rcpt_address(r),
		.original = orcpt,
		.origin = rcpt_text(r, TEXT_ORIGIN),
		.action = serial == 0 ? "delayed" : "failed",
		.peer = kept_peer(r->kept),
		.last = r->last == 0 ? r->entry->arrival : r->last
	};

	(void)message_param(rcpt_params(r), "ORCPT", orcpt, sizeof(orcpt));
	kept_fate(r->kept, &row.fate);
	if (serial == 0)
		row.until = r->entry->arrival +
		    schedule_lifetime(rp->q->settings, false);
	(void)peer_send(reach_peer(rp->bounce), &report_row, &row, -1);
}

static void
send_report(struct reporter *rp, const struct entry *e, const char *sender,
    const char *params, int fd)
{
	char envid[LIMIT_PARAMS], ret[8];
	struct report_report msg = {
		.id = e->id,
		.serial = rp->serial,
		.sender = sender,
		.arrival = e->arrival,
		.offset = e->offset,
		.size = e->size,
		.envid = envid,
		.ret = ret,
		.count = report_row_count(e, rp->serial)
	};
	uint32_t i, n;

	(void)message_param(params, "ENVID", envid, sizeof(envid));
	(void)message_param(params, "RET", ret, sizeof(ret));
	rp->asked = true;
	(void)peer_send(reach_peer(rp->bounce), &report_report, &msg, fd);
	for (i = n = 0; n < msg.count; i++)
		if (report_row_is(entry_rcpt(e, i), rp->serial)) {
			send_row(rp, entry_rcpt(e, i), rp->serial);
			n++;
		}
}

static void
rest(struct reporter *rp, int64_t ms)
{
	rp->resting = true;
	timer_set(rp->again, ms);
}

/* Asks for the report on what has the serial rp->serial. */
static void
ask(struct reporter *rp, struct entry *e, const char *sender)
{
	struct message m;
	const char *why;
	int fd;

	fd = openat(house_folder_fd(PROC_QUEUE, FOLDER_CUR), e->id,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1 && message_read(fd, &m, NULL, NULL, &why) == 0)
		send_report(rp, e, sender, m.params, fd);
	else if (errno == ENOENT || errno == EBADMSG)
		life_damaged(rp->q, e, "cannot be read for a report");
	else {
		rotate(rp);
		rest(rp, RETRY_MS);
	}
	fd_close(&fd);
}

/* The next step of the first task: false when it has to wait. */
static bool
step(struct reporter *rp, struct entry *e)
{
	struct rcpt *r;

	if (e->flags & ENTRY_SYNC)
		return false;
	if (e->failed != 0 && !(e->flags & ENTRY_REMOVED)) {
		r = report_row_first(e);
		if (r->serial == 0) {
			assign(rp, e, rcpt_reverse(r));
			return false;
		}
		rp->serial = r->serial;
		ask(rp, e, rcpt_reverse(r));
	} else if ((e->flags & (ENTRY_WARN | ENTRY_REMOVED)) == ENTRY_WARN &&
	    report_row_count(e, 0) != 0) {
		rp->serial = 0;
		ask(rp, e, e->sender);
	} else {
		e->flags &= ~ENTRY_WARN;
		end_task(rp);
	}
	return true;
}

void
reporter_pump(struct reporter *rp)
{
	struct task *t;

	while ((t = STAILQ_FIRST(&rp->tasks)) != NULL && !rp->asked &&
	    !rp->resting && reach_peer(rp->bounce) != NULL &&
	    queue_may_start(rp->q))
		if (!step(rp, t->entry))
			return;
}

void
reporter_synced(struct reporter *rp, const struct entry *e)
{
	(void)e;
	if (!STAILQ_EMPTY(&rp->tasks))
		queue_want_turn(rp->q);
}

/* --- answers ---------------------------------------------------------- */

static void
tell_reported(const struct entry *e, const char *report, uint32_t rcpts)
{
	struct event ev;

	event_open(&ev, EV_REPORTED);
	event_str(&ev, "id", e->id);
	event_str(&ev, "report", report);
	event_num(&ev, "rcpts", rcpts);
	event_send(&ev);
}

/* These failures are known to their sender, by this report. */
static void
mark(struct reporter *rp, struct entry *e, uint32_t serial,
    const char *report)
{
	struct record_reported msg = { e->id, serial, report };
	struct rcpt *r;
	uint32_t i, n = 0;

	states_put(&rp->q->states, &record_reported, &msg);
	(void)entry_set_report(e, serial, report);
	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (!report_row_is_of(r, serial))
			continue;
		rcpt_set_state(r, RCPT_REPORTED);
		n++;
	}
	tell_reported(e, report, n);
	queue_want_turn(rp->q);
}

static int
got_reported(void *ctx, const void *msg, int fd)
{
	const struct report_reported *m = msg;
	struct reporter *rp = reach_ctx(ctx);
	struct entry *e;

	(void)fd;
	if (!rp->asked || !id_ok(m->id))
		return -1;
	rp->asked = false;
	e = STAILQ_FIRST(&rp->tasks)->entry;
	if (rp->serial == 0) {
		e->flags &= ~ENTRY_WARN;
		tell_reported(e, m->id, 0);
	} else {
		/* Its arrival counts, not this word: so a message that is
		 * over has its report in cur, see reporter_is_late(). */
		arrive_take(rp->q, m->id);
		if (entry_report(e, rp->serial) == NULL)
			rest(rp, RETRY_MS);
	}
	queue_want_turn(rp->q);
	return 0;
}

/* This report will never be written: nobody is told. */
static void
give_up(struct reporter *rp, struct entry *e)
{
	if (rp->serial == 0)
		e->flags &= ~ENTRY_WARN;
	else
		mark(rp, e, rp->serial, "");
}

static int
got_later(void *ctx, const void *msg, int fd)
{
	const struct report_later *m = msg;
	struct reporter *rp = reach_ctx(ctx);
	struct task *t = STAILQ_FIRST(&rp->tasks);
	struct event e;

	(void)fd;
	if (!rp->asked)
		return -1;
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "report");
	event_str(&e, "id", t->entry->id);
	event_str(&e, "why", m->fate.text);
	event_send(&e);
	rp->asked = false;
	if (m->fate.kind == FATE_FAIL)
		give_up(rp, t->entry);
	rotate(rp);
	rest(rp, REST_MS);
	return 0;
}

/* Takes "ID SERIAL" apart; the serial, 0 for warnings and for nonsense. */
static uint32_t
parse_about(const char *about, char id[LIMIT_ID + 1])
{
	const char *blank = strchr(about, ' '), *error;
	uint32_t serial;

	if (blank == NULL || (size_t)(blank - about) > LIMIT_ID)
		return 0;
	memcpy(id, about, (size_t)(blank - about));
	id[blank - about] = '\0';
	serial = (uint32_t)strtonum(blank + 1, 0, UINT32_MAX, &error);
	return error == NULL ? serial : 0;
}

bool
reporter_is_late(const struct reporter *rp, const char *about)
{
	char id[LIMIT_ID + 1];

	return parse_about(about, id) != 0 &&
	    entry_find(&rp->q->entries, id) == NULL;
}

bool
reporter_is_known(const struct reporter *rp, const char *about)
{
	char id[LIMIT_ID + 1];
	const struct entry *e;

	if (parse_about(about, id) == 0)
		return true;
	e = entry_find(&rp->q->entries, id);
	return e != NULL && !(e->flags & (ENTRY_PAST | ENTRY_GHOST));
}

bool
reporter_arrived(struct reporter *rp, const char *about, const char *report)
{
	char id[LIMIT_ID + 1];
	uint32_t serial = parse_about(about, id);
	const char *known;
	struct entry *e;

	/* Warnings, and reports on what was over at start, stand alone. */
	if (serial == 0 || (e = entry_find(&rp->q->entries, id)) == NULL)
		return true;
	known = entry_report(e, serial);
	if (known != NULL)
		return strcmp(known, report) == 0;
	mark(rp, e, serial, report);
	life_check(rp->q, e);
	return true;
}

static const struct verb verbs[] = {
	{ &report_reported, VERB_ANY, VERB_SAME, got_reported },
	{ &report_later,    VERB_ANY, VERB_SAME, got_later },
};

static void
on_up(void *ctx)
{
	struct reporter *rp = ctx;

	queue_want_turn(rp->q);
}

/* Asked and not answered: the same is asked again, with its serial. */
static void
on_down(void *ctx)
{
	struct reporter *rp = ctx;

	rp->asked = false;
}

static void
on_rested(void *arg)
{
	struct reporter *rp = arg;

	rp->resting = false;
	queue_want_turn(rp->q);
}

static const struct reach_type bounce_type = {
	"/report", verbs, countof(verbs), 1, on_up, on_down
};

struct reporter *
reporter_new(struct queue *q)
{
	struct reporter *rp = calloc(1, sizeof(*rp));

	if (rp == NULL)
		die_temp("reporter");
	rp->q = q;
	STAILQ_INIT(&rp->tasks);
	rp->again = timer_new(q->loop, on_rested, rp);
	rp->bounce = reach_new(q->loop, &bounce_type, rp);
	return rp;
}
