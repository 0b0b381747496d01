/*
 * The start of the queue manager [malote-queue(5)].  The files in cur and new
 * say which messages there are, the states log says what happened to them;
 * whatever may have been in a worker's hands when the last run ended is
 * tried again as a possible repeat.
 */
#include "past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "house.h"
#include "limits.h"
#include "settings.h"

#include "arrive.h"
#include "checkpoint.h"
#include "compact.h"
#include "entry.h"
#include "life.h"
#include "message.h"
#include "names.h"
#include "queue.h"
#include "record.h"
#include "recover.h"
#include "replay.h"
#include "reports.h"

/* A report and what it is about, kept until the log has been replayed. */
struct about {
	struct about	*next;
	struct entry	*report;
	char		 text[LIMIT_ID + 16];
};

static void
keep_about(struct about **list, struct entry *e, const struct message *m)
{
	struct about *a;

	if (e == NULL || *m->report_of == '\0')
		return;
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		die_temp("reading the queue");
	a->report = e;
	(void)strlcpy(a->text, m->report_of, sizeof(a->text));
	a->next = *list;
	*list = a;
}

static void
load_folder(struct queue *q, enum folder folder, struct about **list)
{
	struct message m;
	struct names names;
	size_t i;

	if (names_read(&names, house_folder_fd(PROC_QUEUE, folder)) == -1)
		die_temp("%s", house_folders[folder].path);
	for (i = 0; i < names.count; i++)
		if (entry_find(&q->entries, names.ids[i]) == NULL)
			keep_about(list, arrive_load(q, folder, names.ids[i],
			    &m), &m);
	names_free(&names);
}

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

/* The log over what was loaded; a damaged one is written anew at once. */
static void
replay(struct queue *q)
{
	const char *boot = settings_boot(q->settings);
	struct record_boot msg = { boot };
	struct states_found found;
	struct replay rp;

	replay_init(&rp, &q->entries);
	rp.generations = &q->generations;
	if (states_open(&q->states, house_folder_fd(PROC_QUEUE,
	    FOLDER_QUEUE_LOG), replay_record, &rp, &found) == -1)
		die_temp("queue/log");
	if (found.damaged != 0)
		tell("damaged places", found.damaged);
	if (rp.odd != 0)
		tell("records that contradict others", rp.odd);
	if (strcmp(rp.boot, boot) != 0)
		states_put(&q->states, &record_boot, &msg);
	q->generations.stuck = strcmp(rp.stuck, boot) == 0;
	replay_free(&rp);
	if (found.damaged != 0 && compact(q) == -1)
		die_temp("queue/log");
	recover_done(q);
}

/* A file that is gone without a mark that it may go is damage. */
static void
bury_ghost(struct queue *q, struct entry *e)
{
	struct event ev;

	event_open(&ev, EV_BAD_FILE);
	event_str(&ev, "id", e->id);
	event_str(&ev, "why", "the file is missing");
	event_send(&ev);
	entry_free(&q->entries, e);
}

/*
 * What was over goes behind the next sync: its mark may be unsynced yet.  Of
 * ghosts no record stays: a finished mark would remove the file if somebody
 * mended it and put it back.
 */
static void
bury_finished(struct queue *q)
{
	struct entry *e, *next;
	bool ghosts = false;

	TAILQ_FOREACH_SAFE(e, &q->entries.all, all, next)
		if (e->flags & ENTRY_FINISHED)
			STAILQ_INSERT_TAIL(&q->finished, e, sync);
		else if (e->flags & ENTRY_GHOST) {
			bury_ghost(q, e);
			ghosts = true;
		}
	/* Where there is no room for that, the next start tries it again. */
	if (ghosts)
		(void)compact(q);
}

static void
mark_again(struct entry *e)
{
	uint32_t i;

	for (i = 0; i < e->count; i++)
		entry_rcpt(e, i)->flags |= RCPT_AGAIN;
}

static void
start_all(struct queue *q, struct about *list)
{
	struct entry *e, *next;
	struct about *a;

	q->ready = true;
	/* What reports say about other messages, before those go on. */
	while ((a = list) != NULL) {
		list = a->next;
		if (!(a->report->flags & ENTRY_REMOVED) &&
		    !reporter_arrived(q->reporter, a->text, a->report->id))
			arrive_drop_report(q, a->report);
		free(a);
	}
	TAILQ_FOREACH_SAFE(e, &q->entries.all, all, next) {
		mark_again(e);
		if (!(e->flags & ENTRY_FINISHED))
			life_start(q, e);
	}
	queue_want_turn(q);
}

/* Of those that a burial took, nothing more is to be asked. */
static struct about *
without_finished(struct about *list)
{
	struct about **p = &list, *a;

	while ((a = *p) != NULL) {
		if (!(a->report->flags & ENTRY_FINISHED)) {
			p = &a->next;
			continue;
		}
		*p = a->next;
		free(a);
	}
	return list;
}

void
past_read(struct queue *q)
{
	struct about *list = NULL;

	load_folder(q, FOLDER_CUR, &list);
	load_folder(q, FOLDER_NEW, &list);
	replay(q);
	list = without_finished(list);
	bury_finished(q);
	start_all(q, list);
	checkpoint_past_read(q->checkpoint);
}
