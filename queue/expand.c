/*
 * The client of alias.  Its answers are gathered per question until END says
 * that they are whole; half an answer is never acted upon.  One leaf that is
 * the address itself goes straight to its destination; anything else becomes
 * new recipients, recorded before they are tried.
 */
#include "expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
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

enum {
	QUESTIONS = 64,
	AT_ONCE = 16		/* of one message before the next one's turn */
};

/* An open question and what has been answered so far. */
struct question {
	bool		 open;
	uint32_t	 tag;
	struct rcpt	*rcpt;		/* NULL: nobody wants to know */
	struct roll	 roll;		/* the leaves */
	struct way	*ways;		/* of each, where it goes */
	size_t		 room;		/* of ways */
	char		*extension;	/* of the first leaf */
	bool		 hold;		/* … shall be held */
	bool		 itself;	/* … is what was asked */
	bool		 overflow;	/* more than can be kept */
	struct kept	*later;		/* cannot be said now */
};

struct asker {
	struct queue	*q;
	struct reach	*alias;
	struct place	 place;
	uint32_t	 next_tag;
	struct bundle	*bundle;
	struct question	 questions[QUESTIONS];
};

/* --- questions -------------------------------------------------------- */

static void
question_reset(struct asker *a, struct question *x)
{
	uint32_t i;

	for (i = 0; i < x->roll.count; i++) {
		free(x->ways[i].fate);
		if (x->ways[i].dest != NULL)
			destination_put(a->q->destinations, x->ways[i].dest);
	}
	free(x->ways);
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
	x->hold = strcmp(l->dest, "hold:") == 0;
	if (*l->extension == '\0')
		return;
	x->extension = strdup(l->extension);
	x->overflow = x->extension == NULL;
}

/* Room for one more way.  It grows by half: most lists are short. */
static int
make_room(struct question *x)
{
	size_t room = x->room + x->room / 2 + 1;
	struct way *more;

	if (x->roll.count < x->room)
		return 0;
	more = recallocarray(x->ways, x->room, room, sizeof(*more));
	if (more == NULL)
		return -1;
	x->ways = more;
	x->room = room;
	return 0;
}

/*
 * Where the leaf goes.  A destination of no known kind, or one that must be
 * held, is none: the leaf will be asked about again, by itself.
 */
static int
find_way(struct asker *a, struct way *way, const struct leaf *l)
{
	way->fate = NULL;
	way->dest = NULL;
	if (l->fate != NULL) {
		way->fate = kept_new(l->fate, "");
		return way->fate == NULL ? -1 : 0;
	}
	way->dest = destinations_get(a->q->destinations, l->dest);
	return way->dest == NULL && errno == ENOMEM ? -1 : 0;
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
	if (make_room(x) == -1 ||
	    roll_add(&x->roll, RCPT_LEAF | (reverse ? RCPT_REVERSE : 0u),
	    texts) == -1 ||
	    find_way(a, &x->ways[x->roll.count - 1], l) == -1)
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

static void
expand(struct queue *q, struct question *x)
{
	struct expansion expansion = {
		.roll = &x->roll, .ways = x->ways, .pure = true
	};

	life_expand(q, x->rcpt, &expansion);
}

/* A kind of destination this queue does not know. */
static void
refuse(struct queue *q, struct rcpt *r)
{
	struct fate fate;
	struct outcome o = { &fate, "", "" };

	fate_set(&fate, 451, "4.3.5", "unknown kind of destination");
	life_defer(q, r, &o, 0);
}

static void
send_to(struct queue *q, struct question *x)
{
	struct rcpt *r = x->rcpt;

	free(r->extension);
	r->extension = NULL;
	if (x->extension != NULL &&
	    strcmp(x->extension, rcpt_text(r, TEXT_EXTENSION)) != 0) {
		r->extension = x->extension;
		x->extension = NULL;
	}
	if (x->hold)
		life_hold(q, r);
	else if (x->ways[0].dest == NULL)
		refuse(q, r);
	else
		destination_add(q->destinations, x->ways[0].dest, r);
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
	else if (x->roll.count == 1 && x->ways[0].fate != NULL)
		fail(q, x->rcpt, x->ways[0].fate);
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
	struct entry *e;

	(void)fd;
	if (x == NULL)
		return -1;
	if (x->rcpt != NULL) {
		e = x->rcpt->entry;
		decide(a->q, x);
		destinations_gathered(a->q->destinations, e);
	}
	question_reset(a, x);
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

/* Questions of a turn go together. */
static void
flush(struct asker *a)
{
	/* What cannot be sent is asked again after down(). */
	if (a->bundle->count != 0)
		(void)peer_send_bundle(reach_peer(a->alias), a->bundle, -1);
	bundle_clear(a->bundle);
}

static void
ask(struct asker *a, uint32_t slot, struct rcpt *r)
{
	struct question *x = &a->questions[slot];
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
	if (bundle_add(a->bundle, &ask_ask, &msg) == 0)
		return;
	flush(a);
	(void)bundle_add(a->bundle, &ask_ask, &msg);
}

/* The numbers of the slots no question is open in. */
static uint32_t
free_slots(const struct asker *a, uint32_t slots[QUESTIONS])
{
	uint32_t i, n = 0;

	for (i = 0; i < QUESTIONS; i++)
		if (!a->questions[i].open)
			slots[n++] = i;
	return n;
}

void
asker_pump(struct asker *a)
{
	struct rcpt *rcpts[AT_ONCE];
	uint32_t slots[QUESTIONS], left, i, n;

	if (reach_peer(a->alias) == NULL || !queue_may_start(a->q) ||
	    a->place.count == 0)
		return;
	for (left = free_slots(a, slots); left > 0; left -= n) {
		n = place_take(&a->q->jobs, &a->place, rcpts,
		    left < AT_ONCE ? left : AT_ONCE);
		if (n == 0)
			break;
		for (i = 0; i < n; i++)
			ask(a, slots[left - 1 - i], rcpts[i]);
	}
	flush(a);
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
		question_reset(a, x);
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

	if (a == NULL || (a->bundle = malloc(sizeof(*a->bundle))) == NULL)
		die_temp("asker");
	bundle_clear(a->bundle);
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
