#ifndef NEXT_HOP_H
#define NEXT_HOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fate.h"
#include "line.h"
#include "out.h"

#include "hosts.h"
#include "transaction.h"

/*
 * A session with one next hop, as a client of SMTP [RFC5321] or LMTP
 * [RFC2033].  Plain blocking code: one process, one session.
 */
struct times {			/* milliseconds */
	int64_t	connect, reply, data;
};

struct next_hop {
	int		fd;		/* -1: not connected */
	bool		lmtp;
	bool		used;		/* has carried a transaction */
	bool		dirty;		/* needs RSET before the next one */
	bool		pipelining, eightbit, size;
	uint64_t	size_max;	/* of its SIZE, 0: none told */
	struct times	times;
	char		name[400];	/* for events and reports */
	struct line	in;
	struct out	out;
};

/*
 * Connects and says hello as own.  0, or -1 with *why: FATE_DEFER (try the
 * next host), FATE_FAIL only when the peer turns out to be ourselves.
 */
int	next_hop_open(struct next_hop *, const struct host *, bool lmtp,
	    const char *own, const struct times *, struct fate *why);

/*
 * Hands over one message.  0: each recipient is decided; -1 with *why: the
 * connection is lost and recipients not decided share that fate.  A lost
 * connection before the message was committed says so by `retry`: the same
 * message may go over a new connection at once.
 */
int	next_hop_send(struct next_hop *, struct transaction *, bool *retry,
	    struct fate *why);

/* QUIT (waits shortly for its reply) and close. */
void	next_hop_close(struct next_hop *);

#endif
