/*
 * Writes what is in memory as records: compaction, and the one record that
 * life and compaction share.  Reading these records back gives the same
 * message in memory.
 */
#include "marks.h"

#include <time.h>

#include "date.h"
#include "fd.h"

#include "entry.h"
#include "kept.h"
#include "record.h"
#include "roll.h"
#include "states.h"

/* A record is at most a frame, and one recipient is far less than half. */
enum { ROLL_BYTES = FRAME_MAX / 2 };

void
marks_added(struct states *s, const struct rcpt *r)
{
	struct record_added msg = {
		.id = r->entry->id,
		.index = r->index,
		.flags = r->flags,
		.address = rcpt_address(r),
		.params = rcpt_text(r, TEXT_PARAMS),
		.origin = rcpt_text(r, TEXT_ORIGIN),
		.extension = rcpt_text(r, TEXT_EXTENSION),
		.reverse = rcpt_text(r, TEXT_REVERSE)
	};

	states_put(s, &record_added, &msg);
}

void
marks_roll(struct states *s, const struct entry *e, uint32_t index,
    const struct roll *roll)
{
	struct record_roll msg = { .id = e->id, .index = index };
	size_t from = 0, at = 0;
	uint32_t n = 0;
	unsigned flags;

	while (at < roll->text.len) {
		(void)roll_next(roll, &at, &flags);
		n++;
		if (at < roll->text.len && at - from < ROLL_BYTES)
			continue;
		msg.packed.data = (const unsigned char *)roll->text.data +
		    from;
		msg.packed.len = at - from;
		states_put(s, &record_roll, &msg);
		msg.index += n;
		from = at;
		n = 0;
	}
}

/* Later recipients, in runs that came from the same parent. */
static void
put_expansions(struct states *s, const struct entry *e)
{
	struct record_expanded end = { .id = e->id };
	const struct rcpt *r;
	uint32_t i, first = 0;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (rcpt_is_original(r)) {
			first = i + 1;
			continue;
		}
		marks_added(s, r);
		if (i + 1 < e->count &&
		    entry_rcpt(e, i + 1)->parent == r->parent)
			continue;
		end.parent = r->parent;
		end.flags = entry_rcpt(e, r->parent)->flags;
		end.first = first;
		end.count = i + 1 - first;
		states_put(s, &record_expanded, &end);
		first = i + 1;
	}
}

static void
put_rcpt(struct states *s, const struct wire *wire, const struct rcpt *r,
    uint32_t value)
{
	struct record_rcpt msg = { r->entry->id, r->index, value };

	states_put(s, wire, &msg);
}

static void
put_deferred(struct states *s, const struct rcpt *r)
{
	struct record_deferred msg = {
		.id = r->entry->id,
		.index = r->index,
		.attempts = r->attempts,
		.peer = kept_peer(r->kept)
	};
	int64_t left = r->due.place == 0 ? 0 : r->due.at - fd_now();

	kept_fate(r->kept, &msg.fate);
	msg.last = r->last;
	msg.next = (uint64_t)(date_now() / 1000000 +
	    (left < 0 ? 0 : left / 1000));
	states_put(s, &record_deferred, &msg);
}

static void
put_failed(struct states *s, const struct rcpt *r)
{
	struct record_failed msg = {
		.id = r->entry->id,
		.index = r->index,
		.reported = r->state == RCPT_REPORTED,
		.last = r->last,
		.peer = kept_peer(r->kept)
	};

	kept_fate(r->kept, &msg.fate);
	if (r->serial != 0)
		put_rcpt(s, &record_reporting, r, r->serial);
	states_put(s, &record_failed, &msg);
}

static void
put_state(struct states *s, const struct rcpt *r)
{
	if (r->state == RCPT_DONE)
		put_rcpt(s, &record_done, r, r->flags);
	else if (r->state == RCPT_HELD)
		put_rcpt(s, &record_held, r, 0);
	else if (r->state == RCPT_FAILED || r->state == RCPT_REPORTED)
		put_failed(s, r);
	else if (r->state == RCPT_DEFERRED || r->kept != NULL)
		put_deferred(s, r);
}

void
marks_entry(struct states *s, const struct entry *e)
{
	struct record_entry msg = { e->id };
	struct record_reported reported = { .id = e->id };
	const struct reported *one;
	uint32_t i;

	put_expansions(s, e);
	for (i = 0; i < e->count; i++)
		put_state(s, entry_rcpt(e, i));
	for (one = entry_reports(e); one != NULL; one = one->next) {
		reported.serial = one->serial;
		reported.report = one->id;
		states_put(s, &record_reported, &reported);
	}
	if (e->flags & ENTRY_WARNED)
		states_put(s, &record_warned, &msg);
}
