/*
 * Questions of smtpd, queue and `malote explain`.  A question is an expansion
 * and a place to send its leaves to; it runs until it must wait for `who`,
 * until the asker is slow, or for a while, so that a list of 100,000 members
 * stops nobody else.  The askers may be taken over: whatever they ask, they
 * can only learn where mail would go.
 */
#include "ask_server.h"

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "die.h"
#include "directory.h"
#include "domains.h"
#include "expansion.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"
#include "resolve.h"
#include "who_client.h"
#include "wire_ask.h"

enum {
	LEAVES_A_TURN = 200,
	BACKLOG_HIGH = 256 * 1024,	/* bytes an asker may be behind */
	BACKLOG_WAIT = 5		/* milliseconds until the next look */
};

struct ask_server {
	struct loop		*loop;
	struct domains		*domains;
	struct directory	*directory;
	struct who_client	*who;
	struct bundle		 bundle;	/* of one run of a question */
};

/* One edge: its askers cannot take the room of another's. */
struct gate {
	struct ask_server	*server;
	struct ask_limits	 limits;
	unsigned		 questions;	/* open, of all its askers */
};

struct asker {
	struct ask_server	*server;
	struct gate		*gate;
	struct peer		*peer;
	unsigned		 questions;	/* open */
	TAILQ_HEAD(, question)	 open;
};

/* kept: for ASK_RCPT the answer to give when no member can be reached. */
struct question {
	TAILQ_ENTRY(question)	 next;
	struct asker		*asker;
	uint32_t		 tag;
	uint32_t		 purpose;
	struct expansion	*expansion;
	struct who_wait		*wait;
	struct timer		*timer;
	bool			 has_kept;
	bool			 answered;	/* ASK_RCPT was */
	struct fate		 kept;
	char			 address[ADDRESS_SIZE];
};

static void
question_free(struct question *q)
{
	TAILQ_REMOVE(&q->asker->open, q, next);
	q->asker->questions--;
	q->asker->gate->questions--;
	if (q->wait != NULL)
		who_cancel(q->wait);
	timer_free(q->timer);
	expansion_free(q->expansion);
	free(q);
}

/* --- answers ---------------------------------------------------------- */

static int
flush(struct question *q)
{
	struct bundle *b = &q->asker->server->bundle;
	int n = 0;

	if (b->count != 0)
		n = peer_send_bundle(q->asker->peer, b, -1);
	bundle_clear(b);
	return n;
}

/* Every run of a question flushes what it said; so the bundle of all is only
 * ever that of one. */
static int
say(struct question *q, const struct wire *wire, const void *msg)
{
	struct bundle *b = &q->asker->server->bundle;

	if (!q->asker->gate->limits.bundles)
		return peer_send(q->asker->peer, wire, msg, -1);
	if (bundle_add(b, wire, msg) == 0)
		return 0;
	return flush(q) == -1 ? -1 : bundle_add(b, wire, msg);
}

static int
tell_mailbox(struct question *q, const struct leaf *l)
{
	struct ask_mailbox m = {
		.tag = q->tag,
		.address = l->address,
		.mailbox = l->dest,
		.extension = l->extension,
		.reverse = l->reverse,
		.flags = l->has_reverse ? ASK_REVERSE : 0,
		.origin = l->origin,
		.where = q->purpose == ASK_EXPLAIN ? l->where : ""
	};

	return say(q, &ask_mailbox, &m);
}

static int
tell_relay(struct question *q, const struct leaf *l)
{
	struct ask_relay m = {
		.tag = q->tag,
		.address = l->address,
		.route = l->dest,
		.reverse = l->reverse,
		.flags = l->has_reverse ? ASK_REVERSE : 0,
		.origin = l->origin,
		.where = q->purpose == ASK_EXPLAIN ? l->where : ""
	};

	return say(q, &ask_relay, &m);
}

/* `where` has no field of its own here, so explain reads it in the text. */
static void
explain_fate(const struct question *q, const struct leaf *l, struct fate *f)
{
	*f = *l->fate;
	if (q->purpose == ASK_EXPLAIN && l->where[0] != '\0')
		fate_set(f, l->fate->code, l->fate->status, "%s (%s)",
		    l->fate->text, l->where);
}

static int
tell_nobody(struct question *q, const struct leaf *l)
{
	struct ask_nobody m = {
		.tag = q->tag, .address = l->address, .origin = l->origin
	};

	explain_fate(q, l, &m.fate);
	return say(q, &ask_nobody, &m);
}

static int
tell_later(struct question *q, const struct leaf *l)
{
	struct ask_later m = {
		.tag = q->tag, .address = l->address, .origin = l->origin
	};

	explain_fate(q, l, &m.fate);
	return say(q, &ask_later, &m);
}

static int	(*const tell[])(struct question *, const struct leaf *) = {
	[LEAF_MAILBOX] = tell_mailbox,
	[LEAF_RELAY] = tell_relay,
	[LEAF_NOBODY] = tell_nobody,
	[LEAF_LATER] = tell_later,
};

/* What an asker gets who only wants to know whether to say 250. */
static int
tell_kept(struct question *q)
{
	struct leaf l = {
		.kind = q->kept.kind == FATE_DEFER ? LEAF_LATER : LEAF_NOBODY,
		.address = q->address,
		.origin = "",
		.where = "",
		.fate = &q->kept
	};

	return tell[l.kind](q, &l);
}

/* An answer to ASK_RCPT is its own end; without one there is END alone. */
static void
question_end(struct question *q)
{
	struct ask_end m = { q->tag };

	if (q->has_kept)
		(void)tell_kept(q);
	else if (!q->answered)
		(void)say(q, &ask_end, &m);
	(void)flush(q);
	question_free(q);
}

/*
 * A leaf for ASK_RCPT: the first that can be reached is enough.  A dead
 * member of a list does not refuse the list; "later" weighs more than "no".
 */
static bool
is_enough(struct question *q, const struct leaf *l)
{
	if (l->kind == LEAF_MAILBOX || l->kind == LEAF_RELAY)
		return true;
	if (!q->has_kept || l->kind == LEAF_LATER)
		q->kept = *l->fate;
	q->has_kept = true;
	return false;
}

/* --- running ---------------------------------------------------------- */

static void	question_run(struct question *q);

static void
on_who(void *arg, enum who_answer answer)
{
	struct question *q = arg;

	q->wait = NULL;
	expansion_answer(q->expansion, answer);
	question_run(q);
}

/* true when the answer was known and the question can go on. */
static bool
question_ask(struct question *q)
{
	enum who_answer answer;

	answer = who_ask(q->asker->server->who,
	    expansion_account(q->expansion), on_who, q, &q->wait);
	if (answer == WHO_PENDING)
		return false;
	expansion_answer(q->expansion, answer);
	return true;
}

enum turn { GO_ON, WAIT, OVER };

static enum turn
question_step(struct question *q)
{
	struct leaf leaf;

	switch (expansion_next(q->expansion, &leaf)) {
	case EXPANSION_ASK:
		return question_ask(q) ? GO_ON : WAIT;
	case EXPANSION_END:
		return OVER;
	case EXPANSION_LEAF:
		break;
	}
	if (q->purpose == ASK_RCPT) {
		if (!is_enough(q, &leaf))
			return GO_ON;
		q->has_kept = false;
		q->answered = true;
	}
	/* After a failed send the asker's closed() clears up. */
	if (tell[leaf.kind](q, &leaf) == -1)
		return WAIT;
	return q->purpose == ASK_RCPT ? OVER : GO_ON;
}

static void
question_run(struct question *q)
{
	enum turn turn = GO_ON;
	int i;

	if (peer_backlog(q->asker->peer) > BACKLOG_HIGH) {
		timer_set(q->timer, BACKLOG_WAIT);
		return;
	}
	for (i = 0; i < LEAVES_A_TURN && turn == GO_ON; i++)
		turn = question_step(q);
	if (turn == OVER) {
		question_end(q);
		return;
	}
	(void)flush(q);
	if (turn == GO_ON)
		timer_set(q->timer, 0);
}

static void
on_turn(void *arg)
{
	question_run(arg);
}

/* --- askers ----------------------------------------------------------- */

static unsigned
resolve_flags(const struct ask_ask *m)
{
	unsigned flags = 0;

	if (m->flags & ASK_LEAF)
		flags |= RESOLVE_LEAF;
	if (m->purpose == ASK_RCPT && (m->flags & ASK_MAY_RELAY) == 0)
		flags |= RESOLVE_OUTSIDE;
	return flags;
}

static int
refuse_for_now(struct asker *a, const struct ask_ask *m)
{
	struct ask_later later = {
		.tag = m->tag, .address = m->address, .origin = ""
	};
	struct ask_end end = { m->tag };

	fate_set(&later.fate, 451, "4.3.2", "too many questions at once");
	if (peer_send(a->peer, &ask_later, &later, -1) == 0 &&
	    m->purpose != ASK_RCPT)
		(void)peer_send(a->peer, &ask_end, &end, -1);
	return 0;
}

static bool
has_room(const struct asker *a)
{
	return a->questions < a->gate->limits.each &&
	    a->gate->questions < a->gate->limits.all;
}

static int
on_ask(void *ctx, const void *msg, int fd)
{
	struct asker *a = ctx;
	struct ask_server *s = a->server;
	const struct ask_ask *m = msg;
	struct question *q;

	(void)fd;
	if (m->purpose < ASK_RCPT || m->purpose > ASK_EXPLAIN ||
	    strlen(m->address) >= sizeof(q->address))
		return -1;
	if (!has_room(a) || (q = calloc(1, sizeof(*q))) == NULL)
		return refuse_for_now(a, m);
	q->expansion = expansion_new(s->domains, s->directory, m->address,
	    m->sender, resolve_flags(m));
	if (q->expansion == NULL) {
		free(q);
		return refuse_for_now(a, m);
	}
	q->asker = a;
	q->tag = m->tag;
	q->purpose = m->purpose;
	(void)strlcpy(q->address, m->address, sizeof(q->address));
	q->timer = timer_new_idle(s->loop, on_turn, q);
	TAILQ_INSERT_TAIL(&a->open, q, next);
	a->questions++;
	a->gate->questions++;
	question_run(q);
	return 0;
}

static const struct verb	ask_verbs[] = {
	{ &ask_ask,	VERB_ANY, VERB_SAME, on_ask },
};

static void
on_closed(void *ctx)
{
	struct asker *a = ctx;
	struct question *q;

	while ((q = TAILQ_FIRST(&a->open)) != NULL)
		question_free(q);
	free(a);
}

static void
on_asker(void *arg, int fd)
{
	struct gate *gate = arg;
	struct asker *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		fd_close(&fd);
		return;
	}
	a->gate = gate;
	a->server = gate->server;
	TAILQ_INIT(&a->open);
	a->peer = peer_new(a->server->loop, fd, ask_verbs,
	    countof(ask_verbs), 1, a, on_closed);
	if (a->peer == NULL)
		free(a);
}

struct ask_server *
ask_server_new(struct loop *loop, struct domains *domains,
    struct directory *directory, struct who_client *who)
{
	struct ask_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		die_temp("ask");
	bundle_clear(&s->bundle);
	s->loop = loop;
	s->domains = domains;
	s->directory = directory;
	s->who = who;
	return s;
}

void
ask_server_listen(struct ask_server *s, int fd,
    const struct ask_limits *limits)
{
	struct gate *gate = calloc(1, sizeof(*gate));

	if (gate == NULL)
		die_temp("ask");
	gate->server = s;
	gate->limits = *limits;
	peer_listen(s->loop, fd, on_asker, gate);
}

void
ask_server_change(struct ask_server *s, struct domains *domains)
{
	domains_release(s->domains);
	s->domains = domains;
}
