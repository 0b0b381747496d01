/*
 * Taking messages in charge.  A message is read before it is renamed into
 * cur, so that trouble (no descriptors, no memory) leaves it in new, where
 * it is found again; a damaged one goes to bad with the reason beside it.
 */
#include "arrive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "id.h"
#include "loop.h"
#include "peer.h"
#include "stop_point.h"
#include "wire_arrived.h"

#include "checkpoint.h"
#include "entry.h"
#include "life.h"
#include "message.h"
#include "names.h"
#include "past.h"
#include "queue.h"
#include "reports.h"

enum { RESCAN_MS = 5000 };

static int
folder_fd(enum folder folder)
{
	return house_folder_fd(PROC_QUEUE, folder);
}

/* --- bad files -------------------------------------------------------- */

/*
 * The jail lets nothing be created in bad, else nothing could be renamed to
 * there out of folders where nothing may be created; so the reason is
 * written in log and moved.
 */
static void
write_reason(const char *id, const char *why)
{
	char name[LIMIT_ID + sizeof(".reason")];
	int fd;

	(void)snprintf(name, sizeof(name), "%s.reason", id);
	fd = openat(folder_fd(FOLDER_QUEUE_LOG), name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	(void)fd_write_all(fd, why, strlen(why));
	(void)fd_write_all(fd, "\n", 1);
	fd_close(&fd);
	(void)renameat(folder_fd(FOLDER_QUEUE_LOG), name,
	    folder_fd(FOLDER_BAD), name);
}

/* One bad file stops nothing [DESIGN 3.8]. */
void
arrive_set_aside(enum folder from, const char *id, const char *why)
{
	struct event e;

	write_reason(id, why);
	(void)renameat(folder_fd(from), id, folder_fd(FOLDER_BAD), id);
	event_open(&e, EV_BAD_FILE);
	event_str(&e, "id", id);
	event_str(&e, "why", why);
	event_send(&e);
}

/* --- one message ------------------------------------------------------ */

static int
add_rcpt(void *ctx, const char *address, const char *params)
{
	const char *texts[TEXT_COUNT] = { address, params, "", "", "" };

	return roll_add(ctx, 0, texts);
}

/* 0; -1 with errno: EBADMSG when it is damaged (*why), else try later. */
static int
read_file(enum folder folder, const char *id, struct message *m,
    struct roll *roll, const char **why)
{
	int error, fd, result;

	fd = openat(folder_fd(folder), id,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	*why = "not a regular file";
	if (fd == -1) {
		if (errno == ELOOP)
			errno = EBADMSG;
		return -1;
	}
	result = message_read(fd, m, add_rcpt, roll, why);
	error = errno;
	fd_close(&fd);
	if (result == 0 && strcmp(m->id, id) != 0) {
		*why = "the name is not its id";
		error = EBADMSG;
		result = -1;
	}
	errno = error;
	return result;
}

bool
arrive_is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Not for good, as far as we know; errno says why. */
static void
cannot_take(struct queue *q, enum folder folder, const char *id)
{
	int error = errno;
	struct event e;

	if (error == ENOENT)
		return;
	if (folder == FOLDER_CUR && !arrive_is_shortage(error)) {
		arrive_set_aside(folder, id, strerror(error));
		return;
	}
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "taking a message in charge");
	event_str(&e, "id", id);
	event_str(&e, "why", strerror(error));
	event_send(&e);
	timer_set(q->rescan, RESCAN_MS);
	errno = error;
}

/* Into cur, unless it is there. */
static int
move_to_cur(enum folder folder, const char *id)
{
	if (folder == FOLDER_CUR)
		return 0;
	stop_point("take");
	if (renameat(folder_fd(folder), id, folder_fd(FOLDER_CUR), id) == -1)
		return -1;
	stop_point("taken");
	return 0;
}

struct entry *
arrive_load(struct queue *q, enum folder folder, const char *id,
    struct message *m)
{
	struct entry *e = NULL;
	struct roll roll;
	const char *why;
	int error;

	roll_init(&roll);
	if (read_file(folder, id, m, &roll, &why) == -1) {
		if (errno == EBADMSG)
			arrive_set_aside(folder, id, why);
		else
			cannot_take(q, folder, id);
	} else {
		e = entry_new(&q->entries, m, &roll);
		if (e != NULL)
			e->generation = GENERATION_UNKNOWN;
		if (e == NULL || move_to_cur(folder, id) == -1) {
			cannot_take(q, folder, id);
			if (e != NULL)
				entry_free(&q->entries, e);
			e = NULL;
		}
	}
	error = errno;
	roll_free(&roll);
	errno = error;
	return e;
}

static void
tell_taken(const struct entry *e)
{
	struct event ev;

	event_open(&ev, EV_TAKEN);
	event_str(&ev, "id", e->id);
	event_str(&ev, "from", e->sender);
	event_num(&ev, "rcpts", e->count);
	event_num(&ev, "size", e->size);
	event_send(&ev);
}

void
arrive_drop_report(struct queue *q, struct entry *e)
{
	struct event ev;

	event_open(&ev, EV_REMOVED);
	event_str(&ev, "id", e->id);
	event_str(&ev, "why", "a second report on the same failures");
	event_send(&ev);
	life_remove(q, e);
}

/*
 * What a report says about other messages counts before its own journey;
 * what is not read yet of the past may be such a message.
 */
static void
begin(struct queue *q, struct entry *e, const char *report_of)
{
	if (*report_of != '\0' && q->past != NULL &&
	    !reporter_is_known(q->reporter, report_of) &&
	    past_add_report(q->past, e, report_of) == 0)
		return;
	if (*report_of != '\0' && (reporter_is_late(q->reporter, report_of) ||
	    !reporter_arrived(q->reporter, report_of, e->id)))
		arrive_drop_report(q, e);
	else
		life_start(q, e);
}

void
arrive_take(struct queue *q, const char *id)
{
	struct message m;
	struct entry *e;

	if (entry_find(&q->entries, id) != NULL)
		return;
	if (!queue_may_start(q)) {
		timer_set(q->rescan, RESCAN_MS);
		return;
	}
	e = arrive_load(q, FOLDER_NEW, id, &m);
	if (e == NULL)
		return;
	tell_taken(e);
	begin(q, e, m.report_of);
}

void
arrive_scan(struct queue *q)
{
	struct names names;
	size_t i;

	/* It looks through new by itself. */
	if (q->past != NULL && past_is_in_new(q->past))
		return;
	if (names_read(&names, folder_fd(FOLDER_NEW)) == -1)
		timer_set(q->rescan, RESCAN_MS);
	for (i = 0; i < names.count; i++)
		arrive_take(q, names.ids[i]);
	names_free(&names);
}

/* --- the bell --------------------------------------------------------- */

struct bell {
	struct queue	*q;
	struct peer	*peer;
	uint64_t	 next;		/* as it was told */
};

static int
got_arrived(void *ctx, const void *msg, int fd)
{
	const struct arrived_arrived *m = msg;
	const struct bell *bell = ctx;
	struct entry *e;

	(void)fd;
	if (!id_ok(m->id))
		return -1;
	arrive_take(bell->q, m->id);
	e = entry_find(&bell->q->entries, m->id);
	if (e != NULL)
		e->generation = m->generation;
	if (m->generation == 0)
		return 0;
	return checkpoint_heard(bell->q->checkpoint, bell->next,
	    m->generation);
}

static int
got_spoiled(void *ctx, const void *msg, int fd)
{
	const struct arrived_spoiled *m = msg;
	const struct bell *bell = ctx;

	(void)fd;
	return checkpoint_spoiled(bell->q->checkpoint, m->generation);
}

static const struct verb verbs[] = {
	{ &arrived_arrived, VERB_ANY, VERB_SAME, got_arrived },
	{ &arrived_spoiled, VERB_ANY, VERB_SAME, got_spoiled },
};

static void
on_closed(void *ctx)
{
	struct bell *bell = ctx;

	if (bell->q->bell == bell)
		bell->q->bell = NULL;
	free(bell);
}

void
arrive_tell_free(struct queue *q, uint64_t generation)
{
	struct arrived_free msg = { .generation = generation };

	if (q->bell != NULL)
		(void)peer_send(q->bell->peer, &arrived_free, &msg, -1);
}

/* inject's ids come after all we know. */
static void
tell_newest(const struct bell *bell)
{
	struct arrived_next next = {
		.generation = bell->next,
		.last_id = bell->q->entries.newest
	};

	(void)peer_send(bell->peer, &arrived_next, &next, -1);
}

void
arrive_past_is_read(struct queue *q)
{
	if (q->bell != NULL)
		tell_newest(q->bell);
	arrive_scan(q);
}

/* inject is there; what it rang for while nobody listened lies in new. */
static void
on_connection(void *arg, int fd)
{
	struct bell *bell = calloc(1, sizeof(*bell));
	struct queue *q = arg;

	if (bell == NULL) {
		fd_close(&fd);
		return;
	}
	bell->q = q;
	bell->peer = peer_new(q->loop, fd, verbs, countof(verbs), 1, bell,
	    on_closed);
	if (bell->peer == NULL) {
		free(bell);
		return;
	}
	q->bell = bell;
	bell->next = checkpoint_next(q->checkpoint);
	tell_newest(bell);
	arrive_tell_free(q, checkpoint_free(q->checkpoint));
	arrive_scan(q);
}

void
arrive_listen(struct queue *q)
{
	peer_listen(q->loop, house_edge_fd(PROC_QUEUE, EDGE_ARRIVED),
	    on_connection, q);
}
