/*
 * The deliver edge, from the worker's side.  One session with the next hop is
 * kept over the messages of a destination; every recipient gets exactly one
 * fate, or shares the trouble of the whole next hop.
 */
#include "handover.h"

#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "dest.h"
#include "die.h"
#include "fd.h"
#include "frame.h"
#include "next_hop.h"
#include "wire_deliver.h"

enum { RECIPIENTS_MAX = 1000 };		/* queue sends 100 at a time */

/* Frames are large and mostly empty: here only used pages cost memory. */
struct courier {
	int			 sock;
	const struct dest	*dest;
	const char		*own;
	const struct times	*times;
	struct next_hop		 hop;
	/* the message at hand */
	char			 reverse[LIMIT_ADDRESS + 8];
	struct transaction	 tx;
	/* the edge */
	size_t			 at;	/* in the packet in; 0: in none */
	struct frame		 in;
	struct bundle		 out;
};

/* Without queue there is nobody to work for. */
static void
flush(struct courier *c)
{
	if (c->out.count != 0 &&
	    frame_send(c->sock, &c->out.frame, -1, FD_FOREVER) == -1)
		exit(EXIT_DONE);
	bundle_clear(&c->out);
}

static void
tell(struct courier *c, const struct wire *wire, const void *msg)
{
	if (bundle_add(&c->out, wire, msg) == 0)
		return;
	flush(c);
	if (bundle_add(&c->out, wire, msg) == -1)
		die_bug("deliver edge: an answer that fits nowhere");
}

/* The next frame; the edge's end or SIGTERM ends the worker in peace. */
static void
hear(struct courier *c, struct bytes *one, int *fd)
{
	int n;

	*fd = -1;
	if (c->at != 0) {
		n = bundle_next(&c->in, &c->at, one);
		if (n == 1)
			return;
		if (n == -1)
			die_bug("deliver edge: a broken packet");
		c->at = 0;
	}
	if (bundle_recv(c->sock, &c->in, fd, FD_FOREVER) != 1) {
		next_hop_close(&c->hop);
		exit(EXIT_DONE);
	}
	if (bundle_next(&c->in, &c->at, one) != 1)
		die_bug("deliver edge: a broken packet");
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
	struct bytes one;
	int fd;

	hear(c, &one, &fd);
	if (fd != -1 || frame_read(&one, &deliver_rcpt, &r) == -1)
		die_bug("deliver edge: RCPT expected");
	to->index = r.index;
	if (strlen(r.address) > LIMIT_ADDRESS || !is_clean(r.address)) {
		recipient_refuse(to, 553, "5.1.3",
		    "the address cannot be sent");
		return;
	}
	to->address = strdup(r.address);
	if (to->address == NULL)
		die_temp("recipients");
}

/* The next message, with all its recipients. */
static void
take_message(struct courier *c)
{
	struct deliver_deliver d;
	struct bytes one;
	size_t i;

	hear(c, &one, &c->tx.fd);
	if (c->tx.fd == -1 || frame_read(&one, &deliver_deliver, &d) == -1 ||
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
	const struct recipient *r = c->tx.rcpts;
	size_t i;

	for (i = 0; i < c->tx.count; i++, r++) {
		if (r->fate == NULL && (result == 0 ||
		    why->kind != FATE_FAIL))
			continue;
		f.index = r->index;
		f.fate = r->fate != NULL ? *r->fate : *why;
		tell(c, &deliver_fate, &f);
	}
	if (result == -1 && why->kind != FATE_FAIL) {
		trouble.fate = *why;
		tell(c, &deliver_trouble, &trouble);
	}
	tell(c, &deliver_ready, NULL);
	flush(c);
}

static void
one_message(struct courier *c)
{
	struct fate why;
	int result = 0;

	take_message(c);
	if (transaction_undecided(&c->tx) != 0)
		result = carry(c, &why);
	fd_close(&c->tx.fd);
	answer(c, result, &why);
	transaction_free(&c->tx);
}

void
handover(int sock, const struct dest *dest, const char *own,
    const struct times *times)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL)
		die_temp("worker");
	c->sock = sock;
	c->dest = dest;
	c->own = own;
	c->times = times;
	c->hop.fd = -1;
	bundle_clear(&c->out);
	for (;;)
		one_message(c);
}
