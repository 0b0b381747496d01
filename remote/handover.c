/*
 * The deliver edge, from the worker's side.  One session with the next hop is
 * kept over the messages of a destination; every recipient gets exactly one
 * fate, or shares the trouble of the whole next hop.
 */
#include "handover.h"

#include <stdlib.h>
#include <string.h>

#include "dest.h"
#include "die.h"
#include "fd.h"
#include "frame.h"
#include "next_hop.h"
#include "wire_deliver.h"

enum { RECIPIENTS_MAX = 1000 };		/* queue sends 100 at a time */

struct courier {
	int			 sock;
	const struct dest	*dest;
	const char		*own;
	const struct times	*times;
	struct next_hop		 hop;
	/* the message at hand */
	char			 reverse[LIMIT_ADDRESS + 8];
	struct transaction	 tx;
};

static void
tell(struct courier *c, const struct wire *wire, const void *msg)
{
	/* Without queue there is nobody to work for. */
	if (frame_tell(c->sock, wire, msg, -1, FD_FOREVER) == -1)
		exit(EXIT_DONE);
}

/* The next frame; the edge's end or SIGTERM ends the worker in peace. */
static void
hear(struct courier *c, struct frame *frame, int *fd)
{
	if (frame_recv(c->sock, frame, fd, FD_FOREVER) == 1)
		return;
	next_hop_close(&c->hop);
	exit(EXIT_DONE);
}

/* An address becomes part of a command line: no control byte, ever. */
static bool
is_clean(const char *address)
{
	for (; *address != '\0'; address++)
		if ((unsigned char)*address < 0x20 || *address == 0x7f)
			return false;
	return true;
}

static void
take_recipient(struct courier *c, struct recipient *to)
{
	struct deliver_rcpt r;
	struct frame frame;
	int fd;

	hear(c, &frame, &fd);
	if (fd != -1 || frame_get(&frame, &deliver_rcpt, &r) == -1)
		die_bug("deliver edge: RCPT expected");
	memset(to, 0, sizeof(*to));
	to->index = r.index;
	if (is_clean(r.address) && strlcpy(to->address, r.address,
	    sizeof(to->address)) < sizeof(to->address))
		return;
	to->decided = true;
	fate_set(&to->fate, 553, "5.1.3", "the address cannot be sent");
}

/* The next message, with all its recipients. */
static void
take_message(struct courier *c)
{
	struct deliver_deliver d;
	struct frame frame;
	size_t i;

	hear(c, &frame, &c->tx.fd);
	if (c->tx.fd == -1 || frame_get(&frame, &deliver_deliver, &d) == -1 ||
	    d.count == 0 || d.count > RECIPIENTS_MAX || !is_clean(d.reverse) ||
	    strlcpy(c->reverse, d.reverse, sizeof(c->reverse)) >=
	    sizeof(c->reverse))
		die_bug("deliver edge: DELIVER expected");
	c->tx.reverse = c->reverse;
	c->tx.offset = d.offset;
	c->tx.size = d.size;
	c->tx.eightbit = (d.flags & DELIVER_8BIT) != 0;
	c->tx.count = d.count;
	c->tx.rcpts = calloc(d.count, sizeof(*c->tx.rcpts));
	if (c->tx.rcpts == NULL)
		die_temp("recipients");
	for (i = 0; i < c->tx.count; i++)
		take_recipient(c, &c->tx.rcpts[i]);
}

/* Connects to the first host that will have us. */
static int
reach(struct courier *c, struct fate *why)
{
	bool lmtp = c->dest->kind == DEST_LMTP ||
	    c->dest->kind == DEST_LMTP_SOCKET;
	struct hosts hosts;
	size_t i;

	if (hosts_find(&hosts, c->dest, c->own, why) == -1)
		return -1;
	for (i = 0; i < hosts.count; i++) {
		if (next_hop_open(&c->hop, &hosts.host[i], lmtp, c->own,
		    c->times, why) == 0)
			return 0;
		if (why->kind == FATE_FAIL)
			return -1;
	}
	return -1;
}

static size_t
undecided(const struct transaction *tx)
{
	size_t i, n = 0;

	for (i = 0; i < tx->count; i++)
		n += !tx->rcpts[i].decided;
	return n;
}

static void
forget_answers(struct transaction *tx)
{
	size_t i;

	for (i = 0; i < tx->count; i++)
		tx->rcpts[i].accepted = false;
}

/* 0: all are decided; -1: the rest shares *why. */
static int
carry(struct courier *c, struct fate *why)
{
	bool retry = true;

	while (retry) {
		if (c->hop.fd == -1 && reach(c, why) == -1)
			return -1;
		forget_answers(&c->tx);
		if (next_hop_send(&c->hop, &c->tx, &retry, why) == 0)
			return 0;
	}
	return -1;
}

static void
answer(struct courier *c, int result, const struct fate *why)
{
	struct deliver_fate f = { .peer = c->hop.name };
	struct deliver_trouble trouble = { .peer = c->hop.name };
	size_t i;

	for (i = 0; i < c->tx.count; i++) {
		if (!c->tx.rcpts[i].decided && (result == 0 ||
		    why->kind != FATE_FAIL))
			continue;
		f.index = c->tx.rcpts[i].index;
		f.fate = c->tx.rcpts[i].decided ? c->tx.rcpts[i].fate : *why;
		tell(c, &deliver_fate, &f);
	}
	if (result == -1 && why->kind != FATE_FAIL) {
		trouble.fate = *why;
		tell(c, &deliver_trouble, &trouble);
	}
	tell(c, &deliver_ready, NULL);
}

static void
one_message(struct courier *c)
{
	struct fate why;
	int result = 0;

	take_message(c);
	if (undecided(&c->tx) != 0)
		result = carry(c, &why);
	fd_close(&c->tx.fd);
	answer(c, result, &why);
	free(c->tx.rcpts);
}

void
handover(int sock, const struct dest *dest, const char *own,
    const struct times *times)
{
	struct courier c = {
		.sock = sock, .dest = dest, .own = own, .times = times
	};

	c.hop.fd = -1;
	for (;;)
		one_message(&c);
}
