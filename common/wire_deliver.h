#ifndef WIRE_DELIVER_H
#define WIRE_DELIVER_H

#include "fate.h"
#include "frame.h"

/*
 * Edge deliver: queue → a worker of local or remote, over the socket it was
 * started with.  One message after another; a worker that is idle is closed.
 *
 * 	queue:  DELIVER + descriptor of the message file, RCPT × count
 * 	worker: FATE | SAFE | FORWARD… FATE, for each recipient in any order;
 * 	        then READY, or the end, if it wants no more
 * 	queue:  PLACE, at any time after SAFE
 * 	worker: PLACED | SETTLED, for each token of a PLACE
 *
 * A worker of remote gets DELIVER and its RCPTs in bundles (bundle.h); queue
 * takes bundles from every worker.
 *
 * FORWARD lines name the addresses that shall have the message instead; the
 * FATE (2.x.x) after them ends the recipient.  TROUBLE tells that the next hop
 * as a whole cannot be reached: it counts for all recipients not yet answered.
 *
 * Settling: a worker that was allowed to (DELIVER_SETTLE) may answer SAFE when
 * the file is written in tmp: it waits for a sync of that device.  token names
 * it from now on, below DELIVER_WINDOW and free again with PLACED, SETTLED or
 * PLACE_DROP; ready stands for a READY behind it.  PLACE says what is to be
 * done with the files of these tokens (an octet each): place them in new, for
 * which PLACED is answered (the next sync makes it durable); with PLACE_OWN,
 * place them with syncs of the worker's own, for which SETTLED is; with
 * PLACE_DROP, remove them, without an answer.  What cannot be placed is
 * SETTLED with its fate.  A worker that syncs by itself says FATE alone.
 */
enum {
	DELIVER_DELIVER = 0x0801, DELIVER_RCPT, DELIVER_FATE, DELIVER_SAFE,
	DELIVER_PLACED, DELIVER_FORWARD, DELIVER_TROUBLE, DELIVER_READY,
	DELIVER_PLACE, DELIVER_SETTLED
};

#define DELIVER_AGAIN	1u	/* may be a repeat: look for it first */
#define DELIVER_8BIT	2u	/* the body is declared 8BITMIME */
#define DELIVER_SETTLE	4u	/* SAFE is allowed */
#define DELIVER_ANEW	8u	/* was placed, but a sync failed since: if it
				 * is still there, written once more over it */

#define DELIVER_WINDOW	64u	/* SAFE and not yet placed, of one worker */

enum { PLACE_LINK, PLACE_OWN, PLACE_DROP };

struct deliver_deliver {
	const char	*id;
	const char	*reverse;
	uint64_t	 offset;	/* where the body begins in the file */
	uint64_t	 size;	/* bytes of the body */
	uint32_t	 count;	/* of recipients */
	uint32_t	 flags;	/* DELIVER_… */
	const char	*hostname;	/* of this site */
	uint64_t	 arrival;	/* seconds since the epoch */
};
struct deliver_rcpt {
	uint32_t	 index;	/* names it in the answers */
	const char	*address;
	const char	*extension;	/* sub-address, or "" */
	const char	*params;	/* DSN parameters */
	const char	*origin;	/* alias it came from, or "" */
};
struct deliver_fate {
	uint32_t	 index;
	struct fate	 fate;
	const char	*peer;	/* next hop, or file delivered to */
};
struct deliver_safe {
	uint32_t	 index;
	uint32_t	 token;
	uint64_t	 device;	/* st_dev of the Maildir */
	const char	*peer;		/* the file it will be */
	uint32_t	 ready;
};
struct deliver_place {
	struct bytes	 tokens;
	uint32_t	 how;		/* PLACE_… */
};
struct deliver_placed {
	struct bytes	 tokens;
};
struct deliver_settled {
	uint32_t	 token;
	struct fate	 fate;
};
struct deliver_forward {
	uint32_t	 index;
	const char	*address;
};
struct deliver_trouble {
	struct fate	 fate;
	const char	*peer;
};

extern const struct wire	deliver_deliver, deliver_rcpt, deliver_fate,
				deliver_safe, deliver_place, deliver_placed,
				deliver_settled, deliver_forward,
				deliver_trouble, deliver_ready;

#endif
