/*
 * The client of alias.  Its answers are gathered per question until END says
 * that they are whole; half an answer is never acted upon.  One leaf that is
 * the address itself goes straight to its destination; anything else becomes
 * new recipients, recorded before they are tried.
 */
#include "expand.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "limits.h"
#include "peer.h"
#include "wire_ask.h"

#include "destination.h"
#include "entry.h"
#include "kept.h"
#include "known.h"
#include "life.h"
#include "place.h"
#include "queue.h"
#include "reach.h"

enum { QUESTIONS = 64 };

/* An open question and what has been answered so far. */
struct question {
	bool		 open;
	uint32_t	 tag;
	struct rcpt	*rcpt;		/* NULL: nobody wants to know */
	struct roll	 roll;		/* the leaves */
	struct kept	**fates;	/* of those that are nobody, or NULL */
	size_t		 room;		/* of fates */
	char		*dest;		/* of the first leaf */
	char		*extension;
	bool		 itself;	/* the first leaf is what was asked */
	bool		 overflow;	/* more than can be kept */
	struct kept	*later;		/* cannot be said now */
};

struct asker {
	struct queue	*q;
	struct reach	*alias;
	struct place	 place;
	uint32_t	 next_tag;
	struct question	 questions[QUESTIONS];
};

/* --- questions -------------------------------------------------------- */

static void
question_reset(struct question *x)
{
	size_t i;

	for (i = 0; i < x->room; i++)
		free(x->fates[i]);
	free(x->fates);
	free(x->dest);
	free(x->extension);
	free(x->later);
	roll_free(&x->roll);
	memset(x, 0, sizeof(*x));
	roll_init(&x->roll);
}

static struct question *
question_of(struct asker *a, uint32_t tag)
{
	struct question *x = &a->questions[tag % QUESTIONS];

	return x->open && x->tag == tag ? x : NULL;
}

/* Remembers why the newest leaf is nobody. */
static int
set_fate(struct question *x, const struct fate *fate)
{
	struct kept **more;
	size_t room = x->roll.count + x->room + 8;

	if (x->roll.count > x->room) {
		more = recallocarray(x->fates, x->room, room, sizeof(*more));
		if (more == NULL)
			return -1;
		x->fates = more;
		x->room = room;
	}
	x->fates[x->roll.count - 1] = kept_new(fate, "");
	return x->fates[x->roll.count - 1] == NULL ? -1 : 0;
}

static void
set_later(struct question *x, const struct fate *fate)
{
	free(x->later);
	x->later = kept_new(fate, "");
	x->overflow = x->later == NULL;
}

/* --- answers ---------------------------------------------------------- */

struct leaf {
	const char	*address, *dest, *extension, *reverse, *origin;
	uint32_t	 flags;
	const struct fate *fate;	/* of a nobody */
};

static void
keep_first(struct question *x, const struct leaf *l)
{
	x->itself = (x->rcpt->flags & RCPT_LEAF) != 0 ||
	    (address_same(l->address, rcpt_address(x->rcpt)) &&
	    !(l->flags & ASK_REVERSE));
	x->dest = strdup(l->dest);
	x->extension = strdup(l->extension);
	if (x->dest == NULL || x->extension == NULL)
		x->overflow = true;
}

static int
got_leaf(struct asker *a, uint32_t tag, const struct leaf *l)
{
	struct question *x = question_of(a, tag);
	bool reverse = (l->flags & ASK_REVERSE) != 0;
	const char *texts[TEXT_COUNT] = {
		[TEXT_ADDRESS] = l->address,
		[TEXT_PARAMS] = "",
		[TEXT_ORIGIN] = l->origin,
		[TEXT_EXTENSION] = l->extension,
		[TEXT_REVERSE] = reverse ? l->reverse : ""
	};

	if (x == NULL)
		return -1;
	if (x->rcpt == NULL || x->overflow)
		return 0;
	if (x->roll.count == 0)
		keep_first(x, l);
	if (roll_add(&x->roll, RCPT_LEAF | (reverse ? RCPT_REVERSE : 0u),
	    texts) == -1 || (l->fate != NULL && set_fate(x, l->fate) == -1))
		x->overflow = true;
	return 0;
}

static int
got_mailbox(void *ctx, const void *msg, int fd)
{
	const struct ask_mailbox *m = msg;
	const struct leaf leaf = {
		m->address, m->mailbox, m->extension, m->reverse, m->origin,
		m->flags, NULL
	};

	(void)fd;
	return got_leaf(reach_ctx(ctx), m->tag, &leaf);
}

static int
got_relay(void *ctx, const void *msg, int fd)
{
	const struct ask_relay *m = msg;
	const struct leaf leaf = {
		m->address, m->route, "", m->reverse, m->origin, m->flags,
		NULL
	};

	(void)fd;
	return got_leaf(reach_ctx(ctx), m->tag, &leaf);
}

static int
got_nobody(void *ctx, const void *msg, int fd)
{
	const struct ask_nobody *m = msg;
	const struct leaf leaf = {
		m->address, "", "", "", m->origin, 0, &m->fate
	};

	(void)fd;
	return got_leaf(reach_ctx(ctx), m->tag, &leaf);
}

static int
got_later(void *ctx, const void *msg, int fd)
{
	const struct ask_later *m = msg;
	struct question *x = question_of(reach_ctx(ctx), m->tag);

	(void)fd;
	if (x == NULL)
		return -1;
	set_later(x, &m->fate);
	return 0;
}

/* --- decisions -------------------------------------------------------- */

static void
fail(struct queue *q, struct rcpt *r, const struct kept *why)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	kept_fate(why, &fate);
	life_apply(q, r, &o);
}

static void
fail_empty(struct queue *q, struct rcpt *r)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	fate_set(&fate, 550, "5.1.1", "the address expands to nobody");
	life_fail(q, r, &o);
}

static void
defer(struct queue *q, struct rcpt *r, const struct kept *why)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	kept_fate(why, &fate);
	life_defer(q, r, &o, SOON_ALIAS);
}

/* Makes fates, if there are any, as long as the roll. */
static int
level_fates(struct question *x)
{
	struct kept **more;

	if (x->fates == NULL || x->room >= x->roll.count)
		return 0;
	more = recallocarray(x->fates, x->room, x->roll.count, sizeof(*more));
	if (more == NULL)
		return -1;
	x->fates = more;
	x->room = x->roll.count;
	return 0;
}

static void
expand(struct queue *q, struct question *x)
{
	struct expansion expansion = { .roll = &x->roll, .pure = true };

	if (level_fates(x) == -1) {
		life_pause(q, x->rcpt);
		return;
	}
	expansion.fates = x->fates;
	life_expand(q, x->rcpt, &expansion);
}

static void
send_to(struct queue *q, struct question *x)
{
	struct rcpt *r = x->rcpt;

	free(r->extension);
	r->extension = NULL;
	if (strcmp(x->extension, rcpt_text(r, TEXT_EXTENSION)) != 0 &&
	    *x->extension != '\0') {
		r->extension = x->extension;
		x->extension = NULL;
	}
	if (strcmp(x->dest, "hold:") == 0)
		life_hold(q, r);
	else
		destinations_add(q->destinations, x->dest, r);
}

static void
decide(struct queue *q, struct question *x)
{
	if (x->overflow)
		life_pause(q, x->rcpt);
	else if (x->later != NULL)
		defer(q, x->rcpt, x->later);
	else if (x->roll.count == 0)
		fail_empty(q, x->rcpt);
	else if (x->roll.count == 1 && x->fates != NULL)
		fail(q, x->rcpt, x->fates[0]);
	else if (x->itself && (x->roll.count == 1 ||
	    (x->rcpt->flags & RCPT_LEAF) != 0))
		send_to(q, x);
	else
		expand(q, x);
}

static int
got_end(void *ctx, const void *msg, int fd)
{
	const struct ask_end *m = msg;
	struct asker *a = reach_ctx(ctx);
	struct question *x = question_of(a, m->tag);

	(void)fd;
	if (x == NULL)
		return -1;
	if (x->rcpt != NULL)
		decide(a->q, x);
	question_reset(x);
	queue_want_turn(a->q);
	return 0;
}

static const struct verb verbs[] = {
	{ &ask_mailbox,	VERB_ANY, VERB_SAME, got_mailbox },
	{ &ask_relay,	VERB_ANY, VERB_SAME, got_relay },
	{ &ask_nobody,	VERB_ANY, VERB_SAME, got_nobody },
	{ &ask_later,	VERB_ANY, VERB_SAME, got_later },
	{ &ask_end,	VERB_ANY, VERB_SAME, got_end },
};

/* --- asking ----------------------------------------------------------- */

static void
ask(struct asker *a, struct question *x, uint32_t slot, struct rcpt *r)
{
	struct ask_ask msg = {
		.tag = a->next_tag++ * QUESTIONS + slot,
		.address = rcpt_address(r),
		.sender = rcpt_reverse(r),
		.purpose = ASK_DELIVER,
		.flags = (r->flags & RCPT_LEAF) ? ASK_LEAF : 0u
	};

	x->open = true;
	x->tag = msg.tag;
	x->rcpt = r;
	/* A question that cannot be sent is asked again after down(). */
	(void)peer_send(reach_peer(a->alias), &ask_ask, &msg, -1);
}

void
asker_pump(struct asker *a)
{
	struct rcpt *r;
	uint32_t i;

	if (reach_peer(a->alias) == NULL || !queue_may_start(a->q))
		return;
	for (i = 0; i < QUESTIONS && a->place.count > 0; i++)
		if (!a->questions[i].open &&
		    place_take(&a->q->jobs, &a->place, &r, 1) == 1)
			ask(a, &a->questions[i], i, r);
}

static void
on_up(void *ctx)
{
	struct asker *a = ctx;

	queue_want_turn(a->q);
}

/* What was asked and not wholly answered is asked again. */
static void
on_down(void *ctx)
{
	struct asker *a = ctx;
	struct question *x;
	size_t i;

	for (i = 0; i < QUESTIONS; i++) {
		x = &a->questions[i];
		if (x->open && x->rcpt != NULL)
			life_ask(a->q, x->rcpt);
		question_reset(x);
	}
}

static const struct reach_type alias_type = {
	"/ask", verbs, countof(verbs), 1, on_up, on_down
};

struct asker *
asker_new(struct queue *q)
{
	struct asker *a = calloc(1, sizeof(*a));
	size_t i;

	if (a == NULL)
		die_temp("asker");
	a->q = q;
	place_init(&a->place);
	for (i = 0; i < QUESTIONS; i++)
		roll_init(&a->questions[i].roll);
	a->alias = reach_new(q->loop, &alias_type, a);
	return a;
}

struct place *
asker_place(struct asker *a)
{
	return &a->place;
}

void
asker_forget(struct asker *a, const struct rcpt *r)
{
	size_t i;

	for (i = 0; i < QUESTIONS; i++)
		if (a->questions[i].rcpt == r)
			a->questions[i].rcpt = NULL;
}
