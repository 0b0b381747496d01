/*
 * The client's side of the edge ask.  An alias that is silent, gone or talks
 * nonsense never becomes a yes or a no, only "later" [RFC5321 4.2.1].
 */
#include "ask.h"

#include "fd.h"
#include "limits.h"
#include "reply.h"
#include "verbs.h"

enum { STATE_ASKED = 1, STATE_ENDED = 2 };

/* The answer that is waited for. */
struct answer {
	uint32_t	 tag;
	struct fate	*verdict;
	unsigned	 state;
};

void
ask_init(struct ask *a)
{
	a->sock = -1;
	a->tag = 0;
}

/* It can be reached. */
static int
yes(struct answer *a, uint32_t tag)
{
	if (tag != a->tag)
		return 0;
	reply_to_fate(REPLY_RECIPIENT_OK, a->verdict);
	a->state = STATE_ENDED;
	return 0;
}

/* It cannot; a yes in these words would be nonsense. */
static int
not_yes(struct answer *a, uint32_t tag, const struct fate *fate)
{
	if (tag != a->tag)
		return 0;
	if (fate->kind != FATE_DONE)
		*a->verdict = *fate;
	a->state = STATE_ENDED;
	return 0;
}

static int
on_mailbox(void *ctx, const void *msg, int fd)
{
	(void)fd;
	return yes(ctx, ((const struct ask_mailbox *)msg)->tag);
}

static int
on_relay(void *ctx, const void *msg, int fd)
{
	(void)fd;
	return yes(ctx, ((const struct ask_relay *)msg)->tag);
}

static int
on_nobody(void *ctx, const void *msg, int fd)
{
	const struct ask_nobody *nobody = msg;

	(void)fd;
	return not_yes(ctx, nobody->tag, &nobody->fate);
}

static int
on_later(void *ctx, const void *msg, int fd)
{
	const struct ask_later *later = msg;

	(void)fd;
	return not_yes(ctx, later->tag, &later->fate);
}

static int
on_end(void *ctx, const void *msg, int fd)
{
	const struct ask_end *end = msg;
	struct answer *a = ctx;

	(void)fd;
	if (end->tag == a->tag)
		a->state = STATE_ENDED;
	return 0;
}

static const struct verb answers[] = {
	{ &ask_mailbox,	STATE_ASKED, VERB_SAME, on_mailbox },
	{ &ask_relay,	STATE_ASKED, VERB_SAME, on_relay },
	{ &ask_nobody,	STATE_ASKED, VERB_SAME, on_nobody },
	{ &ask_later,	STATE_ASKED, VERB_SAME, on_later },
	{ &ask_end,	STATE_ASKED, VERB_SAME, on_end },
};

/* 0 when the answer came. */
static int
hear(int sock, struct frame *frame, struct answer *a)
{
	int64_t deadline = fd_now() + TIMEOUT_EDGE * 1000;
	int fd;

	while (a->state != STATE_ENDED) {
		if (frame_recv(sock, frame, &fd, deadline) != 1 ||
		    verbs_run(answers, countof(answers), &a->state, a, frame,
		    fd) == -1)
			return -1;
	}
	return 0;
}

/* One try.  A connection that failed in any way is not used again. */
static int
try(struct ask *ask, struct frame *frame, struct ask_ask *question,
    struct fate *verdict)
{
	struct answer answer = { ++ask->tag, verdict, STATE_ASKED };

	verdict->code = 0;
	verdict->kind = FATE_DEFER;
	question->tag = ask->tag;
	if (ask->sock == -1)
		ask->sock = edge_connect("/ask");
	if (ask->sock != -1 && frame_put(frame, &ask_ask, question) == 0 &&
	    frame_send(ask->sock, frame, -1, fd_now() + TIMEOUT_EDGE * 1000)
	    == 0 && hear(ask->sock, frame, &answer) == 0)
		return 0;
	fd_close(&ask->sock);
	return -1;
}

void
ask_rcpt(struct ask *ask, struct frame *frame, struct ask_ask *question,
    struct fate *verdict)
{
	int64_t start = fd_now();

	/* alias may have been started anew since the last question; if it
	 * let us wait, once is enough. */
	if (try(ask, frame, question, verdict) == -1 &&
	    (fd_now() - start > 1000 ||
	    try(ask, frame, question, verdict) == -1))
		verdict->code = 0;
	if (verdict->code == 0)
		reply_to_fate(REPLY_LATER, verdict);
}
