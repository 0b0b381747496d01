/*
 * The deliver edge.  A worker is believed only about the recipients it was
 * handed and has not answered for; what it leaves unanswered, however it
 * ends, is deferred for a moment and tried again as a possible repeat.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "die.h"
#include "fd.h"
#include "house.h"
#include "limits.h"
#include "peer.h"
#include "settings.h"
#include "wire_deliver.h"

#include "arrive.h"
#include "entry.h"
#include "life.h"
#include "queue.h"
#include "settler.h"
#include "starter.h"
#include "worker_parts.h"

/* --- the batch -------------------------------------------------------- */

/* The recipient of this index, taken out of the batch; NULL: not in it. */
static struct rcpt *
take_answered(struct worker *w, uint32_t index)
{
	struct rcpt *r;
	uint32_t i;

	for (i = 0; i < w->count; i++)
		if (w->rcpts[i]->index == index) {
			r = w->rcpts[i];
			w->rcpts[i] = w->rcpts[--w->count];
			return r;
		}
	return NULL;
}

static bool
in_batch(const struct worker *w, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < w->count; i++)
		if (w->rcpts[i]->index == index)
			return true;
	return false;
}

static void
end_batch(struct worker *w)
{
	w->dest->busy--;
	w->all->delivering -= w->kind != START_BY_REMOTE;
	w->entry = NULL;
	roll_free(&w->forwards);
}

/*
 * Nobody knows what became of them: the message may be in the mailbox, so
 * the next worker is told to look.  A worker that dies of a message again
 * and again finds it only as often as `retry` says.
 */
void
worker_interrupted(struct queue *q, const struct destination *d,
    struct rcpt *r)
{
	bool repeat = (r->flags & RCPT_AGAIN) != 0 && r->attempts > 0;
	struct fate fate;
	struct outcome o = { &fate, d->name, "" };

	fate_set(&fate, 451, "4.3.0", "the delivery was interrupted");
	r->flags |= RCPT_AGAIN;
	life_defer(q, r, &o, repeat ? 0 : SOON_WORKER);
}

void
worker_fail_batch(struct worker *w, const struct fate *fate, const char *peer)
{
	struct outcome o = { fate, w->dest->name, peer };

	while (w->count > 0)
		life_apply(w->all->q, w->rcpts[--w->count], &o);
}

/* --- handing over ----------------------------------------------------- */

/* What is said to a worker goes in as few packets as possible; a worker of
 * local hears one frame at a time. */
struct speech {
	struct worker	*w;
	struct bundle	*bundle;
	int		 fd;		/* goes with the first packet */
};

static int
speech_flush(struct speech *s)
{
	int fd = s->fd;

	if (s->bundle->count == 0)
		return 0;
	s->fd = -1;
	if (peer_send_bundle(s->w->peer, s->bundle, fd) == -1)
		return -1;
	bundle_clear(s->bundle);
	return 0;
}

static int
say(struct speech *s, const struct wire *wire, const void *msg)
{
	int fd = s->fd;

	if (s->w->kind != START_BY_REMOTE) {
		s->fd = -1;
		return peer_send(s->w->peer, wire, msg, fd);
	}
	if (bundle_add(s->bundle, wire, msg) == 0)
		return 0;
	if (speech_flush(s) == -1)
		return -1;
	return bundle_add(s->bundle, wire, msg);
}

static int
say_rcpt(struct speech *s, const struct rcpt *r)
{
	const struct deliver_rcpt msg = {
		.index = r->index,
		.address = rcpt_address(r),
		.extension = rcpt_extension(r),
		.params = rcpt_params(r),
		.origin = rcpt_text(r, TEXT_ORIGIN)
	};

	return say(s, &deliver_rcpt, &msg);
}

/* Others are under way, or wait at the same mailbox. */
static bool
may_settle(const struct worker *w)
{
	return w->kind != START_BY_REMOTE &&
	    settler_may_wait(w->all->q->settler, w->dest,
	    w->all->delivering - 1 + w->dest->place.count);
}

static uint32_t
flags_of(const struct worker *w)
{
	uint32_t i, flags = (w->entry->flags & ENTRY_8BIT) ? DELIVER_8BIT : 0;

	flags |= DELIVER_ANEW;
	for (i = 0; i < w->count; i++) {
		if (w->rcpts[i]->flags & RCPT_AGAIN)
			flags |= DELIVER_AGAIN;
		/* Of one that was not placed, ANEW would deliver nothing. */
		if ((w->rcpts[i]->flags & RCPT_ANEW) == 0)
			flags &= ~DELIVER_ANEW;
	}
	return flags | (may_settle(w) ? DELIVER_SETTLE : 0);
}

static int
send_batch(struct worker *w, int fd)
{
	const struct deliver_deliver msg = {
		.id = w->entry->id,
		.reverse = rcpt_reverse(w->rcpts[0]),
		.offset = w->entry->offset,
		.size = w->entry->size,
		.count = w->count,
		.flags = flags_of(w),
		.hostname = settings_text(w->all->q->settings, P_HOSTNAME),
		.arrival = w->entry->arrival
	};
	struct speech s = { w, w->all->bundle, fd };
	uint32_t i;

	bundle_clear(s.bundle);
	if (say(&s, &deliver_deliver, &msg) == -1)
		return -1;
	for (i = 0; i < w->count; i++)
		if (say_rcpt(&s, w->rcpts[i]) == -1)
			return -1;
	return speech_flush(&s);
}

/* The file could not be opened: what that means for its recipients. */
static void
file_failed(struct worker *w, int error)
{
	struct entry *e = w->entry;
	struct fate fate;

	if (error != ENOENT && error != ELOOP && !arrive_is_shortage(error)) {
		fate_set(&fate, 451, "4.3.0", "cannot open the message: %s",
		    strerror(error));
		worker_fail_batch(w, &fate, "");
		end_batch(w);
		return;
	}
	worker_put_back(w);
	if (!arrive_is_shortage(error))
		life_damaged(w->all->q, e, "the file is missing");
}

void
worker_put_back(struct worker *w)
{
	while (w->count > 0)
		life_pause(w->all->q, w->rcpts[--w->count]);
	end_batch(w);
}

int
worker_load(struct worker *w)
{
	struct queue *q = w->all->q;
	uint32_t i;
	int fd;

	w->count = place_take(&q->jobs, &w->dest->place, w->rcpts, BATCH_MAX);
	w->entry = w->rcpts[0]->entry;
	w->failed = false;
	w->dest->busy++;
	w->all->delivering += w->kind != START_BY_REMOTE;
	for (i = 0; i < w->count; i++)
		rcpt_set_state(w->rcpts[i], RCPT_TRYING);
	fd = openat(house_folder_fd(PROC_QUEUE, FOLDER_CUR), w->entry->id,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		file_failed(w, errno);
	return fd;
}

void
worker_hand(struct worker *w, int fd)
{
	w->state = WORKER_BUSY;
	/* A broken connection is reported to on_worker_closed(). */
	(void)send_batch(w, fd);
	fd_close(&fd);
}

/* --- answers ---------------------------------------------------------- */

/* Until the FATE the index stands where a roll has a text to spare. */
enum { INDEX_NAME = 12 };

static void
name_index(char name[INDEX_NAME], uint32_t index)
{
	(void)snprintf(name, INDEX_NAME, "%u", index);
}

/* The addresses a mailbox sent a message on to; the others stay. */
static int
take_forwards(struct worker *w, uint32_t index, struct roll *mine)
{
	const char *packed, *texts[TEXT_COUNT] = { "", "", "", "", "" };
	struct roll others;
	char name[INDEX_NAME];
	unsigned flags;
	size_t at = 0;
	int error = 0;

	name_index(name, index);
	roll_init(mine);
	roll_init(&others);
	while ((packed = roll_next(&w->forwards, &at, &flags)) != NULL) {
		if (strcmp(packed_text(packed, TEXT_PARAMS), name) != 0) {
			error |= roll_copy(&others, 0, packed);
			continue;
		}
		texts[TEXT_ADDRESS] = packed;
		error |= roll_add(mine, 0, texts);
	}
	roll_free(&w->forwards);
	w->forwards = others;
	return error;
}

/* The mailbox named others: they take its place. */
static void
forward(struct worker *w, struct rcpt *r, const struct deliver_fate *m)
{
	struct roll roll;
	struct expansion x = {
		.roll = &roll, .forward = true, .pure = *m->peer == '\0'
	};
	struct outcome o = { &m->fate, w->dest->name, m->peer };

	if (take_forwards(w, r->index, &roll) == -1)
		life_pause(w->all->q, r);
	else if (m->fate.kind != FATE_DONE || roll.count == 0)
		life_apply(w->all->q, r, &o);
	else
		life_expand(w->all->q, r, &x);
	roll_free(&roll);
}

static int
got_fate(void *ctx, const void *msg, int fd)
{
	const struct deliver_fate *m = msg;
	struct worker *w = ctx;
	struct rcpt *r = take_answered(w, m->index);
	struct outcome o = { &m->fate, w->dest->name, m->peer };

	(void)fd;
	if (r == NULL)
		return -1;
	if (w->forwards.count > 0)
		forward(w, r, m);
	else
		life_apply(w->all->q, r, &o);
	return 0;
}

static int
got_forward(void *ctx, const void *msg, int fd)
{
	const struct deliver_forward *m = msg;
	struct worker *w = ctx;
	const char *texts[TEXT_COUNT] = { m->address, "", "", "", "" };
	char name[INDEX_NAME];

	(void)fd;
	if (!in_batch(w, m->index) || *m->address == '\0' ||
	    strlen(m->address) > LIMIT_ADDRESS ||
	    w->forwards.count >= LIMIT_ALIAS_MEMBERS)
		return -1;
	name_index(name, m->index);
	texts[TEXT_PARAMS] = name;
	return roll_add(&w->forwards, 0, texts);
}

static int
got_trouble(void *ctx, const void *msg, int fd)
{
	const struct deliver_trouble *m = msg;
	struct worker *w = ctx;

	(void)fd;
	w->failed = true;
	worker_fail_batch(w, &m->fate, m->peer);
	destination_trouble(w->all->ds, w->dest, &m->fate, m->peer);
	return 0;
}

/* It takes the next message. */
static int
be_ready(struct worker *w)
{
	if (w->state != WORKER_BUSY || w->count > 0)
		return -1;
	end_batch(w);
	if (!w->failed)
		destination_reached(w->dest);
	worker_rest(w);
	return 0;
}

static int
got_ready(void *ctx, const void *msg, int fd)
{
	(void)msg;
	(void)fd;
	return be_ready(ctx);
}

/* Written: the rest is up to the settler. */
static int
got_safe(void *ctx, const void *msg, int fd)
{
	const struct deliver_safe *m = msg;
	struct worker *w = ctx;
	struct rcpt *r;

	(void)fd;
	if (w->kind == START_BY_REMOTE || w->forwards.count > 0)
		return -1;
	r = take_answered(w, m->index);
	if (r == NULL)
		return -1;
	if (settler_safe(w->all->q->settler, w, r, m) == -1) {
		worker_interrupted(w->all->q, w->dest, r);
		return -1;
	}
	return m->ready ? be_ready(w) : 0;
}

const struct verb worker_verbs[WORKER_VERBS] = {
	{ &deliver_fate,    VERB_ANY, VERB_SAME, got_fate },
	{ &deliver_safe,    VERB_ANY, VERB_SAME, got_safe },
	{ &deliver_placed,  VERB_ANY, VERB_SAME, settler_got_placed },
	{ &deliver_settled, VERB_ANY, VERB_SAME, settler_got_settled },
	{ &deliver_forward, VERB_ANY, VERB_SAME, got_forward },
	{ &deliver_trouble, VERB_ANY, VERB_SAME, got_trouble },
	{ &deliver_ready,   VERB_ANY, VERB_SAME, got_ready },
};

/* --- the end ---------------------------------------------------------- */

/* It is gone, or was told to go: nothing in hand, no place in a list. */
void
worker_leave(struct worker *w)
{
	struct destination *d = w->dest;

	if (w->state == WORKER_LEAVING)
		return;
	if (w->state == WORKER_BUSY) {
		while (w->count > 0)
			worker_interrupted(w->all->q, d,
			    w->rcpts[--w->count]);
		end_batch(w);
	}
	settler_forget(w->all->q->settler, w);
	worker_unrest(w);
	w->state = WORKER_LEAVING;
	w->all->leaving++;
	w->dest = NULL;
	/* Until its process is gone: a user who stops it harms himself. */
	w->left = d;
	destination_touch(w->all->ds, d);
}

void
on_worker_closed(void *ctx)
{
	struct worker *w = ctx;

	w->peer = NULL;
	worker_leave(w);
	worker_check(w);
}
