/*
 * The past, read back.  Afterwards each recipient is where its last record
 * left it: RCPT_ASKING when nothing was decided about it.
 */
#include "replay.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "date.h"
#include "die.h"
#include "fd.h"
#include "id.h"
#include "verbs.h"

#include "entry.h"
#include "generations.h"
#include "kept.h"
#include "message.h"
#include "record.h"

/* A wall clock gone wrong must not hold a recipient for ever. */
enum { NEXT_MAX = 7 * 24 * 3600 };

void
replay_init(struct replay *rp, struct entries *entries)
{
	memset(rp, 0, sizeof(*rp));
	rp->entries = entries;
	roll_init(&rp->added);
}

void
replay_free(struct replay *rp)
{
	roll_free(&rp->added);
}

/* --- finding ---------------------------------------------------------- */

static struct entry *
make_ghost(struct replay *rp, const char *id)
{
	struct message m = { .id = "" };
	struct roll nobody;
	struct entry *e;

	roll_init(&nobody);
	(void)strlcpy(m.id, id, sizeof(m.id));
	e = entry_new(rp->entries, &m, &nobody);
	if (e != NULL)
		e->flags |= ENTRY_GHOST;
	return e;
}

/* The message, when records can still apply to it. */
static struct entry *
find_entry(struct replay *rp, const char *id)
{
	struct entry *e;

	if (!id_ok(id)) {
		rp->odd++;
		return NULL;
	}
	e = entry_find(rp->entries, id);
	if (e == NULL)
		e = make_ghost(rp, id);
	if (e != NULL && !(e->flags & (ENTRY_PAST | ENTRY_GHOST))) {
		rp->odd++;
		return NULL;
	}
	return e == NULL || (e->flags & ENTRY_FINISHED) ? NULL : e;
}

/* The recipient, when it is not over. */
static struct rcpt *
find_rcpt(struct replay *rp, const char *id, uint32_t index)
{
	struct entry *e = find_entry(rp, id);
	struct rcpt *r = e == NULL ? NULL : entry_rcpt(e, index);

	if (r == NULL && e != NULL && !(e->flags & ENTRY_GHOST))
		rp->odd++;
	if (r == NULL || r->state == RCPT_DONE || r->state == RCPT_REPORTED)
		return NULL;
	return r;
}

/* --- expansions ------------------------------------------------------- */

enum { ADDED_FLAGS = RCPT_LEAF | RCPT_REVERSE | RCPT_FORWARDED };

/* What is added to the recipients before it, or begins anew. */
static void
begin_added(struct replay *rp, const char *id, uint32_t index)
{
	if (strcmp(rp->id, id) == 0 && index == rp->first + rp->added.count)
		return;
	roll_clear(&rp->added);
	rp->first = index;
	(void)strlcpy(rp->id, id, sizeof(rp->id));
}

static int
got_added(void *ctx, const void *msg, int fd)
{
	const struct record_added *m = msg;
	struct replay *rp = ctx;
	const char *texts[TEXT_COUNT] = {
		m->address, m->params, m->origin, m->extension, m->reverse
	};

	(void)fd;
	begin_added(rp, m->id, m->index);
	if (roll_add(&rp->added, m->flags & ADDED_FLAGS, texts) == -1)
		rp->odd++;
	return 0;
}

static int
got_roll(void *ctx, const void *msg, int fd)
{
	const struct record_roll *m = msg;
	struct replay *rp = ctx;

	(void)fd;
	begin_added(rp, m->id, m->index);
	if (roll_take(&rp->added, m->packed.data, m->packed.len,
	    ADDED_FLAGS) == -1)
		rp->odd++;
	return 0;
}

/* The recipients of a roll, from index first on; where records are missing
 * before it, empty places that are over. */
static int
join(struct replay *rp, struct entry *e, uint32_t first, uint32_t parent,
    const struct roll *roll)
{
	static const char *const nothing[TEXT_COUNT] = { "", "", "", "", "" };
	struct roll gap;
	uint32_t i, from = e->count;
	int result = 0;

	roll_init(&gap);
	for (i = from; i < first && result == 0; i++)
		result = roll_add(&gap, 0, nothing);
	if (result == 0)
		result = entry_add(rp->entries, e, 0, &gap);
	roll_free(&gap);
	for (i = from; i < e->count; i++) {
		/* Nobody was replaced by it. */
		entry_rcpt(e, i)->parent = i;
		rcpt_set_state(entry_rcpt(e, i), RCPT_DONE);
	}
	if (result == -1 || entry_add(rp->entries, e, parent, roll) == -1)
		return -1;
	for (i = first; i < e->count; i++)
		rcpt_set_state(entry_rcpt(e, i), RCPT_ASKING);
	return 0;
}

/* Whether the recipients added last are those meant, all of them. */
static bool
is_whole(const struct replay *rp, const struct record_expanded *m,
    const struct entry *e)
{
	if (m->count == 0)
		return true;
	return strcmp(rp->id, m->id) == 0 && rp->first == m->first &&
	    rp->added.count == m->count && m->first >= e->count &&
	    m->parent < m->first && m->first <= LIMIT_RECIPIENTS &&
	    m->count <= LIMIT_RECIPIENTS - m->first;
}

static int
got_expanded(void *ctx, const void *msg, int fd)
{
	const struct record_expanded *m = msg;
	struct replay *rp = ctx;
	struct rcpt *parent = find_rcpt(rp, m->id, m->parent);

	(void)fd;
	if (parent == NULL) {
		roll_clear(&rp->added);
		return 0;
	}
	if (!is_whole(rp, m, parent->entry) || (m->count > 0 &&
	    join(rp, parent->entry, m->first, m->parent, &rp->added) == -1)) {
		rp->odd++;
	} else {
		parent->flags |= (uint8_t)(m->flags & RCPT_FORWARDED);
		rcpt_keep(rp->entries, parent, NULL, 0);
		rcpt_set_state(parent, RCPT_DONE);
	}
	roll_clear(&rp->added);
	rp->id[0] = '\0';
	return 0;
}

/* --- recipients ------------------------------------------------------- */

static int
got_done(void *ctx, const void *msg, int fd)
{
	const struct record_rcpt *m = msg;
	struct replay *rp = ctx;
	struct rcpt *r = find_rcpt(rp, m->id, m->index);

	(void)fd;
	if (r == NULL)
		return 0;
	r->flags |= (uint8_t)(m->value & RCPT_FORWARDED);
	rcpt_keep(rp->entries, r, NULL, 0);
	rcpt_set_state(r, RCPT_DONE);
	return 0;
}

static int
got_held(void *ctx, const void *msg, int fd)
{
	const struct record_rcpt *m = msg;
	struct rcpt *r = find_rcpt(ctx, m->id, m->index);

	(void)fd;
	if (r != NULL)
		rcpt_set_state(r, RCPT_HELD);
	return 0;
}

static int
got_deferred(void *ctx, const void *msg, int fd)
{
	const struct record_deferred *m = msg;
	struct replay *rp = ctx;
	struct rcpt *r = find_rcpt(rp, m->id, m->index);
	uint64_t now = (uint64_t)(date_now() / 1000000), left;

	(void)fd;
	if (r == NULL)
		return 0;
	left = m->next > now ? m->next - now : 0;
	if (left > NEXT_MAX)
		left = NEXT_MAX;
	r->attempts = m->attempts > UINT16_MAX ? UINT16_MAX :
	    (uint16_t)m->attempts;
	rcpt_keep(rp->entries, r, kept_new(&m->fate, m->peer), m->last);
	rcpt_set_state(r, RCPT_DEFERRED);
	r->due.at = fd_now() + (int64_t)left * 1000;
	return 0;
}

static int
got_failed(void *ctx, const void *msg, int fd)
{
	const struct record_failed *m = msg;
	struct replay *rp = ctx;
	struct rcpt *r = find_rcpt(rp, m->id, m->index);

	(void)fd;
	if (r == NULL)
		return 0;
	rcpt_keep(rp->entries, r, kept_new(&m->fate, m->peer), m->last);
	/* A report from before it failed is not about it. */
	if (m->reported == 0 && r->serial != 0 &&
	    entry_report(r->entry, r->serial) != NULL) {
		rp->odd++;
		r->serial = 0;
	}
	rcpt_set_state(r, m->reported != 0 ? RCPT_REPORTED : RCPT_FAILED);
	return 0;
}

static int
got_reporting(void *ctx, const void *msg, int fd)
{
	const struct record_rcpt *m = msg;
	struct replay *rp = ctx;
	struct rcpt *r = find_rcpt(rp, m->id, m->index);

	(void)fd;
	if (r == NULL)
		return 0;
	/* Rather a second report than none. */
	if (entry_report(r->entry, m->value) != NULL) {
		rp->odd++;
		return 0;
	}
	r->serial = m->value;
	if (r->entry->serial < m->value)
		r->entry->serial = m->value;
	return 0;
}

/* --- messages --------------------------------------------------------- */

static int
got_reported(void *ctx, const void *msg, int fd)
{
	const struct record_reported *m = msg;
	struct replay *rp = ctx;
	struct entry *e = find_entry(rp, m->id);
	struct rcpt *r;
	uint32_t i;

	(void)fd;
	if (e == NULL)
		return 0;
	if (m->serial == 0) {
		rp->odd++;
		return 0;
	}
	(void)entry_set_report(e, m->serial, m->report);
	if (e->serial < m->serial)
		e->serial = m->serial;
	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (r->state == RCPT_FAILED && r->serial == m->serial)
			rcpt_set_state(r, RCPT_REPORTED);
	}
	return 0;
}

static int
got_warned(void *ctx, const void *msg, int fd)
{
	const struct record_entry *m = msg;
	struct entry *e = find_entry(ctx, m->id);

	(void)fd;
	if (e != NULL)
		e->flags |= ENTRY_WARNED;
	return 0;
}

static int
got_finished(void *ctx, const void *msg, int fd)
{
	const struct record_entry *m = msg;
	struct replay *rp = ctx;
	struct entry *e = find_entry(rp, m->id);

	(void)fd;
	if (e == NULL)
		return 0;
	if (rp->generations != NULL && generations_finished(rp->generations,
	    GENERATION_UNKNOWN, e->id) == -1)
		die_temp("reading the states log");
	if (!(e->flags & ENTRY_GHOST)) {
		e->flags |= ENTRY_FINISHED;
		return 0;
	}
	if (rp->gone != NULL)
		rp->gone(rp->ctx, e);
	entry_free(rp->entries, e);
	return 0;
}

static int
got_boot(void *ctx, const void *msg, int fd)
{
	const struct record_boot *m = msg;
	struct replay *rp = ctx;

	(void)fd;
	(void)strlcpy(rp->boot, m->boot, sizeof(rp->boot));
	return 0;
}

static int
got_low(void *ctx, const void *msg, int fd)
{
	const struct record_low *m = msg;
	struct replay *rp = ctx;

	(void)fd;
	if (rp->generations != NULL)
		generations_low(rp->generations, m->generation, m->since);
	return 0;
}

static int
got_stuck(void *ctx, const void *msg, int fd)
{
	const struct record_boot *m = msg;
	struct replay *rp = ctx;

	(void)fd;
	(void)strlcpy(rp->stuck, m->boot, sizeof(rp->stuck));
	return 0;
}

static const struct verb verbs[] = {
	{ &record_boot,	     VERB_ANY, VERB_SAME, got_boot },
	{ &record_added,     VERB_ANY, VERB_SAME, got_added },
	{ &record_roll,	     VERB_ANY, VERB_SAME, got_roll },
	{ &record_expanded,  VERB_ANY, VERB_SAME, got_expanded },
	{ &record_done,	     VERB_ANY, VERB_SAME, got_done },
	{ &record_deferred,  VERB_ANY, VERB_SAME, got_deferred },
	{ &record_failed,    VERB_ANY, VERB_SAME, got_failed },
	{ &record_held,	     VERB_ANY, VERB_SAME, got_held },
	{ &record_reporting, VERB_ANY, VERB_SAME, got_reporting },
	{ &record_reported,  VERB_ANY, VERB_SAME, got_reported },
	{ &record_warned,    VERB_ANY, VERB_SAME, got_warned },
	{ &record_finished,  VERB_ANY, VERB_SAME, got_finished },
	{ &record_low,	     VERB_ANY, VERB_SAME, got_low },
	{ &record_stuck,     VERB_ANY, VERB_SAME, got_stuck },
};

void
replay_record(void *ctx, const struct frame *frame)
{
	struct replay *rp = ctx;
	unsigned state = 1;

	if (verbs_run(verbs, countof(verbs), &state, rp, frame, -1) == -1)
		rp->odd++;
}
