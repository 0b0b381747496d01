/*
 * The client's side of the edge submit.  The one thing it must never do is
 * take silence for a yes: only TAKEN is one.
 */
#include "submit.h"

#include <errno.h>
#include <string.h>

#include "fd.h"
#include "id.h"
#include "limits.h"
#include "reply.h"
#include "tx.h"
#include "verbs.h"
#include "wire_submit.h"

/*
 * How long inject may take to make a message safe, in seconds.  A client
 * waits ten minutes [RFC5321 4.5.3.2.6]; whoever gives up before him risks
 * that the message is kept and sent again.
 */
#define TIMEOUT_TAKEN	300

void
submit_init(struct submit *s)
{
	s->sock = -1;
	s->size = 0;
	s->len = 0;
}

void
submit_drop(struct submit *s)
{
	fd_close(&s->sock);
}

/*
 * Sends what was gathered.  The first packet of a message may find that
 * inject was started anew since the last one: then it goes to the new one.
 */
static int
flush(struct submit *s)
{
	int64_t deadline = fd_now() + TIMEOUT_EDGE * 1000;
	int n;

	if (s->bundle.count == 0)
		return 0;
	n = frame_send(s->sock, &s->bundle.frame, -1, deadline);
	if (n == -1 && s->kept && !s->sent) {
		submit_drop(s);
		s->sock = edge_connect("/submit");
		n = frame_send(s->sock, &s->bundle.frame, -1, deadline);
	}
	bundle_clear(&s->bundle);
	s->sent = true;
	if (n == -1)
		submit_drop(s);
	return n;
}

/* Adds to what will be sent; a failure ends the connection. */
static int
tell(struct submit *s, const struct wire *wire, const void *msg)
{
	if (s->sock == -1)
		return -1;
	if (bundle_add(&s->bundle, wire, msg) == 0)
		return 0;
	if (flush(s) == -1)
		return -1;
	if (bundle_add(&s->bundle, wire, msg) == 0)
		return 0;
	submit_drop(s);
	return -1;
}

int
submit_begin(struct submit *s, const struct submit_open *open,
    const struct tx *tx)
{
	struct submit_from from = { tx->sender, tx->params };
	struct submit_rcpt rcpt;
	const char *at = NULL;

	bundle_clear(&s->bundle);
	s->sent = false;
	s->size = 0;
	s->len = 0;
	s->kept = s->sock != -1;
	if (!s->kept)
		s->sock = edge_connect("/submit");
	if (tell(s, &submit_open, open) == -1 ||
	    tell(s, &submit_from, &from) == -1)
		return -1;
	while (tx_next(tx, &at, &rcpt.address, &rcpt.params))
		if (tell(s, &submit_rcpt, &rcpt) == -1)
			return -1;
	return 0;
}

/* What was received so far; a part of a long message leaves at once. */
static int
send_chunk(struct submit *s)
{
	struct submit_data data;

	data.chunk.data = (const unsigned char *)s->chunk;
	data.chunk.len = s->len;
	s->len = 0;
	return data.chunk.len == 0 ? 0 : tell(s, &submit_data, &data);
}

char *
submit_room(struct submit *s, size_t n)
{
	if (sizeof(s->chunk) - s->len < n && send_chunk(s) == 0)
		(void)flush(s);
	return s->chunk + s->len;
}

void
submit_added(struct submit *s, size_t n)
{
	s->len += n;
	s->size += n;
}

/* What inject answered. */
struct outcome {
	bool		 taken;
	char		*id;
	size_t		 id_size;
	struct fate	*why;
};

static int
on_taken(void *ctx, const void *msg, int fd)
{
	const struct submit_taken *taken = msg;
	struct outcome *o = ctx;

	(void)fd;
	if (!id_ok(taken->id) ||
	    strlcpy(o->id, taken->id, o->id_size) >= o->id_size)
		return -1;
	o->taken = true;
	return 0;
}

static int
on_refused(void *ctx, const void *msg, int fd)
{
	const struct submit_refused *refused = msg;
	struct outcome *o = ctx;

	(void)fd;
	if (refused->fate.kind == FATE_DONE)
		return -1;
	*o->why = refused->fate;
	return 0;
}

enum { STATE_WAITING = 1, STATE_ANSWERED = 2 };

static const struct verb outcomes[] = {
	{ &submit_taken,   STATE_WAITING, STATE_ANSWERED, on_taken },
	{ &submit_refused, STATE_WAITING, STATE_ANSWERED, on_refused },
};

/*
 * The one answer.  SIGTERM does not cut this wait short: a client that is
 * told 421 now would send a message again that inject keeps.
 */
static int
hear(struct submit *s, struct frame *frame, struct outcome *o)
{
	int64_t deadline = fd_now() + TIMEOUT_TAKEN * 1000;
	unsigned state = STATE_WAITING;
	int fd, n;

	do
		n = frame_recv(s->sock, frame, &fd, deadline);
	while (n == -1 && errno == EINTR);
	if (n != 1)
		return -1;
	return verbs_run(outcomes, countof(outcomes), &state, o, frame, fd);
}

int
submit_finish(struct submit *s, struct frame *frame, char *id,
    size_t id_size, struct fate *why)
{
	struct submit_commit commit = { s->size };
	struct outcome outcome = { .id = id, .id_size = id_size };

	reply_to_fate(REPLY_LATER, why);
	outcome.why = why;
	if (send_chunk(s) == -1 ||
	    tell(s, &submit_commit, &commit) == -1 || flush(s) == -1)
		return -1;
	if (hear(s, frame, &outcome) == -1)
		submit_drop(s);
	return outcome.taken ? 0 : -1;
}
