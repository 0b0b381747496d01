#ifndef WIRE_DELIVER_H
#define WIRE_DELIVER_H

#include "fate.h"
#include "frame.h"

/*
 * Edge deliver: queue → a worker of local or remote, over the socket it was
 * started with.  One message after another; a worker that is idle is closed.
 *
 * 	queue:  DELIVER + descriptor of the message file, RCPT × count
 * 	worker: FATE | SAFE, PLACED | FORWARD… FATE, for each recipient in any
 * 	        order; then READY, or the end, if it wants no more
 *
 * A worker of remote gets DELIVER and its RCPTs in bundles (bundle.h); queue
 * takes bundles from every worker.
 *
 * FORWARD lines name the addresses that shall have the message instead; the
 * FATE (2.x.x) after them ends the recipient.  SAFE and PLACED name the
 * device whose next sync makes the file, and its name, durable; a worker that
 * syncs by itself says FATE alone.  TROUBLE tells that the next hop as a whole
 * cannot be reached: it counts for all recipients not yet answered.
 */
enum {
	DELIVER_DELIVER = 0x0801, DELIVER_RCPT, DELIVER_FATE, DELIVER_SAFE,
	DELIVER_PLACED, DELIVER_FORWARD, DELIVER_TROUBLE, DELIVER_READY
};

#define DELIVER_AGAIN	1u	/* may be a repeat: look for it first */
#define DELIVER_8BIT	2u	/* the body is declared 8BITMIME */

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
	uint64_t	 device;
};
struct deliver_placed {
	uint32_t	 index;
	uint64_t	 device;
	const char	*peer;
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
				deliver_safe, deliver_placed,
				deliver_forward, deliver_trouble,
				deliver_ready;

#endif
