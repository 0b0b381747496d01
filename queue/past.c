/*
 * The start of the queue manager [malote-queue(5)].  The files in cur and new
 * say which messages there are, the states log says what happened to them;
 * whatever may have been in a worker's hands when the last run ended is
 * tried again as a possible repeat.  Nothing of this run is touched: its
 * messages are not of ENTRY_PAST, its records lie behind what is replayed.
 */
#include "past.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "id.h"
#include "limits.h"
#include "loop.h"
#include "settings.h"

#include "arrive.h"
#include "checkpoint.h"
#include "compact.h"
#include "durable.h"
#include "entry.h"
#include "life.h"
#include "message.h"
#include "queue.h"
#include "record.h"
#include "recover.h"
#include "replay.h"
#include "reports.h"
#include "states.h"

enum {
	FIRST_MS = 20,		/* before anybody is served */
	SLICE_MS = 2,
	LATE_MS = 10,		/* a slice comes at least so soon under load */
	SHORT_MS = 1000,	/* to wait when something is short */
	STEP = 64		/* messages between two looks at the clock */
};

/* A report and what it is about, kept until the log has been replayed. */
struct about {
	struct about	*next;
	struct entry	*report;
	bool		 now;		/* it came in this run */
	char		 text[LIMIT_ID + 16];
};

struct past {
	struct queue		*q;
	bool			 same_boot;
	unsigned		 stage;
	DIR			*dir;		/* being read, or NULL */
	char			 again[LIMIT_ID + 1];	/* or "": the name that
						 * something was short for */
	struct states_reader	*reader;
	struct replay		 replay;
	struct about		*abouts;
	struct entry		*at;		/* whose turn it is */
	bool			 ghosts;
	struct timer		*more;		/* when nothing else is there */
	struct timer		*late;
};

/* --- files ------------------------------------------------------------ */

static struct about *
add_about(struct past *p, struct entry *e, const char *report_of)
{
	struct about *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	e->flags |= ENTRY_PAST;
	a->report = e;
	(void)strlcpy(a->text, report_of, sizeof(a->text));
	a->next = p->abouts;
	p->abouts = a;
	return a;
}

/* 0, or -1 when it has to be tried again. */
static int
load(struct past *p, enum folder folder, const char *id)
{
	struct message m;
	struct entry *e;

	if (!id_ok(id) || entry_find(&p->q->entries, id) != NULL)
		return 0;
	e = arrive_load(p->q, folder, id, &m);
	if (e == NULL)
		return arrive_is_shortage(errno) ? -1 : 0;
	e->flags |= ENTRY_PAST;
	if (*m.report_of != '\0' &&
	    add_about(p, e, m.report_of) == NULL)
		die_temp("reading the queue");
	return 0;
}

static DIR *
open_folder(enum folder folder)
{
	int fd = openat(house_folder_fd(PROC_QUEUE, folder), ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	if (dir == NULL)
		die_temp("%s", house_folders[folder].path);
	return dir;
}

/*
 * Some names of a folder.  What appears or goes while it is read is of this
 * run, and known.
 */
static int
load_some(struct past *p, enum folder folder)
{
	struct dirent *entry;
	int i;

	if (p->dir == NULL)
		p->dir = open_folder(folder);
	if (*p->again != '\0' && load(p, folder, p->again) == -1)
		return -1;
	*p->again = '\0';
	for (i = 0; i < STEP; i++) {
		errno = 0;
		entry = readdir(p->dir);
		if (entry == NULL && errno != 0)
			die_temp("%s", house_folders[folder].path);
		if (entry == NULL) {
			closedir(p->dir);
			p->dir = NULL;
			return 0;
		}
		if (load(p, folder, entry->d_name) == -1) {
			(void)strlcpy(p->again, entry->d_name,
			    sizeof(p->again));
			return -1;
		}
	}
	return 1;
}

static int
load_cur(struct past *p)
{
	return load_some(p, FOLDER_CUR);
}

static int
load_new(struct past *p)
{
	return load_some(p, FOLDER_NEW);
}

/* --- the log ---------------------------------------------------------- */

static void
tell(const char *why, uint64_t n)
{
	char text[80];
	struct event e;

	(void)snprintf(text, sizeof(text), "%s (%llu)", why,
	    (unsigned long long)n);
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "states log");
	event_str(&e, "why", text);
	event_send(&e);
}

/* A damaged log is written anew at once. */
static void
end_replay(struct past *p)
{
	uint64_t damaged = states_reader_found(p->reader)->damaged;

	if (damaged != 0) {
		tell("damaged places", damaged);
		compact_want(p->q->compaction);
	}
	if (p->replay.odd != 0)
		tell("records that contradict others", p->replay.odd);
	p->q->generations.stuck = strcmp(p->replay.stuck,
	    settings_boot(p->q->settings)) == 0;
	replay_free(&p->replay);
	states_reader_free(p->reader);
	p->reader = NULL;
}

static int
replay_some(struct past *p)
{
	int n;

	if (p->reader == NULL)
		return 0;
	n = states_reader_step(p->reader, replay_record, &p->replay);
	if (n == -1)
		die_temp("queue/log");
	if (n == 0)
		end_replay(p);
	return n;
}

static void
on_ghost_gone(void *q, const struct entry *e)
{
	queue_entry_gone(q, e);
}

/* What is appended from here on is of this run. */
static void
open_log(struct past *p)
{
	struct queue *q = p->q;
	struct record_boot msg = { settings_boot(q->settings) };
	uint64_t size;

	replay_init(&p->replay, &q->entries);
	p->replay.generations = &q->generations;
	p->replay.gone = on_ghost_gone;
	p->replay.ctx = q;
	if (states_open(&q->states, house_folder_fd(PROC_QUEUE,
	    FOLDER_QUEUE_LOG), &size) == -1)
		die_temp("queue/log");
	states_put(&q->states, &record_boot, &msg);
	recover_done(q);
	if (size == 0)
		return;
	p->reader = states_reader_new(q->states.fd, size);
	if (p->reader == NULL)
		die_temp("queue/log");
}

/* --- what is over ----------------------------------------------------- */

/* A file that is gone without a mark that it may go is damage. */
static void
bury_ghost(struct queue *q, struct entry *e)
{
	struct event ev;

	event_open(&ev, EV_BAD_FILE);
	event_str(&ev, "id", e->id);
	event_str(&ev, "why", "the file is missing");
	event_send(&ev);
	queue_entry_gone(q, e);
	entry_free(&q->entries, e);
}

/* The next message of the past, if any. */
static struct entry *
next_past(struct past *p)
{
	struct entry *e = p->at;

	while (e != NULL && !(e->flags & (ENTRY_PAST | ENTRY_GHOST)))
		e = TAILQ_NEXT(e, all);
	p->at = e == NULL ? NULL : TAILQ_NEXT(e, all);
	return e;
}

/*
 * What was over goes behind the next sync: its mark may be unsynced yet.  Of
 * ghosts no record stays: a finished mark would remove the file if somebody
 * mended it and put it back.
 */
static int
bury_some(struct past *p)
{
	struct entry *e;
	int i;

	for (i = 0; i < STEP && (e = next_past(p)) != NULL; i++)
		if (e->flags & ENTRY_GHOST) {
			bury_ghost(p->q, e);
			p->ghosts = true;
		} else if (e->flags & ENTRY_FINISHED)
			durable_finish(p->q->durable, e);
	if (p->at != NULL)
		return 1;
	if (p->ghosts)
		compact_want(p->q->compaction);
	return 0;
}

/* Of reports that are over nothing more is to be asked. */
static int
forget_finished(struct past *p)
{
	struct about **link = &p->abouts, *a;

	while ((a = *link) != NULL) {
		if (!(a->report->flags & ENTRY_FINISHED)) {
			link = &a->next;
			continue;
		}
		*link = a->next;
		free(a);
	}
	return 0;
}

/* --- what goes on ----------------------------------------------------- */

/* What reports say about other messages, before those go on. */
static int
hear_some(struct past *p)
{
	struct reporter *rp = p->q->reporter;
	struct about *a;
	int i;

	for (i = 0; i < STEP && (a = p->abouts) != NULL; i++) {
		p->abouts = a->next;
		if ((a->now && reporter_is_late(rp, a->text)) ||
		    !reporter_arrived(rp, a->text, a->report->id))
			arrive_drop_report(p->q, a->report);
		free(a);
	}
	return p->abouts != NULL;
}

/*
 * To be asked about in the order of their age, when those of whom alias is
 * asked already leave room: before all that has a time, which is later than
 * any of these.
 */
static int64_t
long_ago(const struct entry *e)
{
	return (int64_t)e->arrival - UINT32_MAX;
}

static void
start_rcpt(struct queue *q, struct rcpt *r)
{
	r->flags |= RCPT_AGAIN;
	if (r->state == RCPT_ASKING) {
		rcpt_set_state(r, RCPT_DEFERRED);
		r->due.at = long_ago(r->entry);
	}
	if (r->state == RCPT_DEFERRED)
		due_set(&q->retries, &r->due, r->due.at);
}

static void
start(struct queue *q, struct entry *e)
{
	uint32_t i;

	e->flags &= ~ENTRY_PAST;
	for (i = 0; i < e->count; i++)
		start_rcpt(q, entry_rcpt(e, i));
	life_start(q, e);
}

static int
start_some(struct past *p)
{
	struct entry *e;
	int i;

	for (i = 0; i < STEP && (e = next_past(p)) != NULL; i++)
		if (!(e->flags & ENTRY_FINISHED))
			start(p->q, e);
	return p->at != NULL;
}

/* --- slices ----------------------------------------------------------- */

static int
rewind_past(struct past *p)
{
	p->at = TAILQ_FIRST(&p->q->entries.all);
	return 0;
}

/* Each does a little: 1 there is more, 0 on to the next, -1 later. */
static int (*const stages[])(struct past *) = {
	load_cur, load_new, replay_some,
	forget_finished, rewind_past, bury_some,
	hear_some,
	rewind_past, start_some
};

enum { HEARING = 6 };		/* hear_some */

int
past_add_report(struct past *p, struct entry *e, const char *report_of)
{
	struct about *a;

	if (p->stage > HEARING)
		return -1;
	a = add_about(p, e, report_of);
	if (a == NULL)
		return -1;
	a->now = true;
	return 0;
}

static void
end(struct past *p)
{
	struct queue *q = p->q;

	q->past = NULL;
	timer_free(p->more);
	timer_free(p->late);
	free(p);
	arrive_past_is_read(q);
	checkpoint_past_read(q->checkpoint);
	queue_want_turn(q);
}

/* Goes on for so many milliseconds. */
static void
slice(struct past *p, int64_t ms)
{
	int64_t until = fd_now() + ms;
	int n = 0;

	while (p->stage < countof(stages) && n != -1 && fd_now() < until) {
		n = stages[p->stage](p);
		if (n == 0)
			p->stage++;
	}
	if (p->stage == countof(stages)) {
		end(p);
		return;
	}
	timer_set(p->late, n == -1 ? SHORT_MS : LATE_MS);
	if (n == -1)
		timer_stop(p->more);
	else
		timer_set(p->more, 0);
}

static void
on_more(void *arg)
{
	slice(arg, SLICE_MS);
}

void
past_entry_gone(struct past *p, const struct entry *e)
{
	if (p->at == e)
		p->at = TAILQ_NEXT(e, all);
}

bool
past_is_in_new(const struct past *p)
{
	return !p->same_boot;
}

void
past_begin(struct queue *q, bool same_boot)
{
	struct past *p = calloc(1, sizeof(*p));

	if (p == NULL)
		die_temp("reading the queue");
	p->q = q;
	p->same_boot = same_boot;
	q->past = p;
	p->more = timer_new_idle(q->loop, on_more, p);
	p->late = timer_new(q->loop, on_more, p);
	open_log(p);
	arrive_scan(q);
	slice(p, FIRST_MS);
}
