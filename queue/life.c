/*
 * What happens to a recipient.  Each function changes the state in memory
 * and records it; nothing here does input or output, so that what a record
 * allows can only be done by the turn that wrote it.
 */
#include "life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "fd.h"
#include "limits.h"
#include "stop_point.h"

#include "destination.h"
#include "durable.h"
#include "entry.h"
#include "expand.h"
#include "kept.h"
#include "known.h"
#include "marks.h"
#include "queue.h"
#include "record.h"
#include "schedule.h"

static void
put_rcpt(struct queue *q, const struct wire *wire, const struct rcpt *r,
    uint32_t value)
{
	struct record_rcpt msg = { r->entry->id, r->index, value };

	states_put(&q->states, wire, &msg);
	queue_want_turn(q);
}

static uint64_t
age(const struct rcpt *r, uint64_t now)
{
	return now > r->entry->arrival ? now - r->entry->arrival : 0;
}

/* --- trying ----------------------------------------------------------- */

void
life_pause(struct queue *q, struct rcpt *r)
{
	rcpt_set_state(r, RCPT_DEFERRED);
	due_set(&q->retries, &r->due, fd_now() + SOON_MEMORY * 1000);
	queue_want_turn(q);
}

void
life_ask(struct queue *q, struct rcpt *r)
{
	rcpt_set_state(r, RCPT_ASKING);
	if (place_add(&q->jobs, asker_place(q->asker), r) == -1)
		life_pause(q, r);
	queue_want_turn(q);
}

void
life_retry(struct queue *q, struct rcpt *r)
{
	if (r->state != RCPT_DEFERRED && r->state != RCPT_HELD)
		return;
	due_clear(&q->retries, &r->due);
	life_ask(q, r);
}

void
life_hold(struct queue *q, struct rcpt *r)
{
	rcpt_set_state(r, RCPT_HELD);
	put_rcpt(q, &record_held, r, 0);
	life_check(q, r->entry);
}

/* --- fates ------------------------------------------------------------ */

static bool
is_mailbox(const char *dest)
{
	return strncmp(dest, "system:", 7) == 0 ||
	    strncmp(dest, "virtual:", 8) == 0;
}

static void
tell_done(const struct rcpt *r, const struct outcome *o)
{
	bool mailbox = is_mailbox(o->dest);
	struct event e;

	event_open(&e, mailbox ? EV_DELIVERED : EV_RELAYED);
	event_str(&e, "id", r->entry->id);
	event_str(&e, "to", rcpt_address(r));
	event_str(&e, "dest", o->dest);
	event_str(&e, mailbox ? "file" : "peer", o->peer);
	event_num(&e, "delay", age(r, queue_time()));
	if (*rcpt_text(r, TEXT_ORIGIN) != '\0')
		event_str(&e, "origin", rcpt_text(r, TEXT_ORIGIN));
	if (!mailbox)
		event_str(&e, "why", o->fate->text);
	event_send(&e);
}

void
life_done(struct queue *q, struct rcpt *r, const struct outcome *o)
{
	rcpt_set_state(r, RCPT_DONE);
	rcpt_keep(&q->entries, r, NULL, 0);
	stop_point("done");
	put_rcpt(q, &record_done, r, r->flags);
	stop_point("done-put");
	tell_done(r, o);
	life_check(q, r->entry);
}

static void
tell_failed(const struct rcpt *r, const struct outcome *o)
{
	struct event e;

	event_open(&e, EV_FAILED);
	event_str(&e, "id", r->entry->id);
	event_str(&e, "to", rcpt_address(r));
	event_str(&e, "dest", o->dest);
	event_str(&e, "status", o->fate->status);
	event_str(&e, "peer", o->peer);
	event_str(&e, "why", o->fate->text);
	event_send(&e);
}

void
life_fail(struct queue *q, struct rcpt *r, const struct outcome *o)
{
	bool owed = *rcpt_reverse(r) != '\0' &&
	    rcpt_notify_wants(r, "FAILURE") &&
	    !(r->entry->flags & ENTRY_REMOVED);
	struct record_failed msg = {
		.id = r->entry->id,
		.index = r->index,
		.reported = !owed,
		.last = queue_time(),
		.peer = o->peer,
		.fate = *o->fate
	};

	rcpt_keep(&q->entries, r, kept_new(o->fate, o->peer), msg.last);
	rcpt_set_state(r, owed ? RCPT_FAILED : RCPT_REPORTED);
	states_put(&q->states, &record_failed, &msg);
	tell_failed(r, o);
	if (owed)
		life_want_sync(q, r->entry);
	queue_want_turn(q);
	life_check(q, r->entry);
}

void
life_expire(struct queue *q, struct rcpt *r, const struct outcome *o)
{
	struct outcome end = *o;
	struct fate fate;

	fate_set(&fate, 554, "5.4.7", "delivery time expired; last: %s %s",
	    o->fate->status, o->fate->text);
	end.fate = &fate;
	life_fail(q, r, &end);
}

static void
tell_deferred(const struct rcpt *r, const struct outcome *o, uint64_t next)
{
	struct event e;

	event_open(&e, EV_DEFERRED);
	event_str(&e, "id", r->entry->id);
	event_str(&e, "to", rcpt_address(r));
	event_str(&e, "dest", o->dest);
	event_str(&e, "status", o->fate->status);
	event_num(&e, "next", next);
	event_str(&e, "peer", o->peer);
	event_str(&e, "why", o->fate->text);
	event_send(&e);
}

static void
wait_until(struct queue *q, struct rcpt *r, const struct outcome *o,
    uint64_t now, uint64_t seconds)
{
	struct record_deferred msg = {
		.id = r->entry->id,
		.index = r->index,
		.attempts = r->attempts,
		.last = now,
		.next = now + seconds,
		.peer = o->peer,
		.fate = *o->fate
	};

	rcpt_keep(&q->entries, r, kept_new(o->fate, o->peer), now);
	rcpt_set_state(r, RCPT_DEFERRED);
	states_put(&q->states, &record_deferred, &msg);
	due_set(&q->retries, &r->due, fd_now() + (int64_t)seconds * 1000);
	tell_deferred(r, o, seconds);
	queue_want_turn(q);
	life_check(q, r->entry);
}

void
life_defer(struct queue *q, struct rcpt *r, const struct outcome *o,
    unsigned soon)
{
	uint64_t now = queue_time(), seconds;

	if (r->entry->flags & ENTRY_REMOVED) {
		life_fail(q, r, o);
		return;
	}
	if (age(r, now) >= schedule_lifetime(q->settings,
	    *r->entry->sender == '\0')) {
		life_expire(q, r, o);
		return;
	}
	if (r->attempts < UINT16_MAX)
		r->attempts++;
	seconds = schedule_delay(q->settings, r->attempts);
	if (soon != 0 && seconds > soon)
		seconds = soon;
	wait_until(q, r, o, now, seconds);
}

void
life_apply(struct queue *q, struct rcpt *r, const struct outcome *o)
{
	if (o->fate->kind == FATE_DONE)
		life_done(q, r, o);
	else if (o->fate->kind == FATE_DEFER)
		life_defer(q, r, o, 0);
	else
		life_fail(q, r, o);
}

/* --- expansion -------------------------------------------------------- */

/*
 * Whether the way to this recipient led through its own address, or is too
 * long.  A leaf may have the address of the alias it came from (bob: bob,
 * carol); any other return is a loop.
 */
static bool
is_loop(const struct rcpt *r)
{
	const struct rcpt *up = r;
	unsigned depth = 0;

	while (!rcpt_is_original(up)) {
		up = entry_rcpt(r->entry, up->parent);
		if (++depth > LIMIT_ALIAS_DEPTH)
			return true;
		if (depth == 1 && (r->flags & RCPT_LEAF))
			continue;
		if (address_same(rcpt_address(r), rcpt_address(up)))
			return true;
	}
	return false;
}

static void
fail_loop(struct queue *q, struct rcpt *r)
{
	const struct rcpt *parent = entry_rcpt(r->entry, r->parent);
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	fate_set(&fate, 554, "5.4.6", "mail loop: %s sends to %s again",
	    rcpt_address(parent), rcpt_address(r));
	life_fail(q, r, &o);
}

/*
 * Whether nothing is lost when the record of an expansion is: alias would
 * say the same one recipient again, as long as its tables are the same, and
 * whatever is found delivered then has the same name in the mailbox.
 */
static bool
is_rewriting(const struct expansion *x, const struct known *known)
{
	size_t at = 0;
	unsigned flags;

	return x->pure && !x->forward && x->roll->count == 1 &&
	    known->roll->count == 1 &&
	    (x->ways == NULL || x->ways[0].fate == NULL) &&
	    roll_next(x->roll, &at, &flags) != NULL &&
	    !(flags & RCPT_REVERSE);
}

/* A new recipient waits for the sync, unless its fate is known already. */
static void
begin_child(struct queue *q, struct rcpt *r, const struct way *way,
    bool at_once)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	if (way != NULL && way->fate != NULL) {
		kept_fate(way->fate, &fate);
		life_fail(q, r, &o);
	} else if (is_loop(r))
		fail_loop(q, r);
	else if (way != NULL && way->dest != NULL)
		destination_add(q->destinations, way->dest, r);
	else if (at_once)
		life_ask(q, r);
	else if (durable_hold(q->durable, r) == -1)
		life_pause(q, r);
}

static void
record_expansion(struct queue *q, const struct rcpt *parent, uint32_t first,
    const struct roll *roll)
{
	struct entry *e = parent->entry;
	struct record_expanded end = {
		e->id, parent->index, parent->flags, first, roll->count
	};

	marks_roll(&q->states, e, first, roll);
	states_put(&q->states, &record_expanded, &end);
	queue_want_turn(q);
}

static void
tell_expanded(const struct rcpt *r, bool forward, uint32_t members)
{
	struct event e;

	event_open(&e, forward ? EV_FORWARDED : EV_EXPANDED);
	event_str(&e, "id", r->entry->id);
	event_str(&e, "to", rcpt_address(r));
	event_num(&e, "members", members);
	event_send(&e);
}

static void
expand_to(struct queue *q, struct rcpt *parent, const struct expansion *x,
    const struct known *known)
{
	struct entry *e = parent->entry;
	bool at_once = is_rewriting(x, known);
	uint32_t i, n = known->roll->count, first = e->count;

	if (entry_add(&q->entries, e, parent->index, known->roll) == -1) {
		parent->flags &= (uint8_t)~RCPT_FORWARDED;
		life_pause(q, parent);
		return;
	}
	known_added(e, first);
	record_expansion(q, parent, first, known->roll);
	if (!at_once)
		life_want_sync(q, e);
	stop_point("expanded");
	tell_expanded(parent, x->forward, n);
	for (i = 0; i < n; i++)
		begin_child(q, entry_rcpt(e, first + i), x->ways == NULL ?
		    NULL : &x->ways[known->from[i]], at_once);
	/* Its state is settled last: only then may the message be over. */
	rcpt_keep(&q->entries, parent, NULL, 0);
	rcpt_set_state(parent, RCPT_DONE);
	if (at_once)
		life_check(q, e);
}

static void
fail_too_many(struct queue *q, struct rcpt *r)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	fate_set(&fate, 554, "5.5.3", "more than %d recipients",
	    LIMIT_RECIPIENTS);
	life_fail(q, r, &o);
}

void
life_expand(struct queue *q, struct rcpt *r, const struct expansion *x)
{
	struct known known;

	if (x->pure)
		r->flags |= RCPT_FORWARDED;
	if (known_filter(&known, r->entry, x->roll) == -1) {
		r->flags &= (uint8_t)~RCPT_FORWARDED;
		life_pause(q, r);
		return;
	}
	if (known.roll->count > LIMIT_RECIPIENTS - r->entry->count)
		fail_too_many(q, r);
	else
		expand_to(q, r, x, &known);
	known_free(&known);
}
