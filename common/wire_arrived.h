#ifndef WIRE_ARRIVED_H
#define WIRE_ARRIVED_H

#include "frame.h"

/*
 * Edge arrived: inject → queue.  The folder new is the truth, this is only
 * the bell; a bell for an id that queue knows is ignored.  On each new
 * connection queue looks through new once.
 *
 * 	inject: ARRIVED*
 * 	queue:  NEXT (at start), FREE*        (the arrivals log; later)
 */
enum {
	ARRIVED_ARRIVED = 0x0401, ARRIVED_NEXT, ARRIVED_FREE
};

struct arrived_arrived {
	const char	*id;
	uint64_t	 generation;	/* of the arrivals log; 0: none */
};
struct arrived_next {
	uint64_t	 generation;
	const char	*last_id;	/* the newest id queue knows, or "" */
};
struct arrived_free {
	uint64_t	 generation;
};

extern const struct wire	arrived_arrived, arrived_next, arrived_free;

#endif
