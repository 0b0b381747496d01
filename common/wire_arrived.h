#ifndef WIRE_ARRIVED_H
#define WIRE_ARRIVED_H

#include "frame.h"

/*
 * Edge arrived: inject → queue.  The folder new is the truth, this is only
 * the bell; a bell for an id that queue knows is ignored.  On each new
 * connection queue looks through new once.
 *
 *	inject: (ARRIVED | SPOILED)*
 *	queue:  NEXT (NEXT | FREE)*
 *
 * Generations are those of the arrivals log [malote-queue(5)].  inject writes
 * to it only behind a NEXT, in that generation or a later one, and begins a
 * new one at the first NEXT of a connection; one that comes later, when queue
 * has read its past, is about last_id alone.  An ARRIVED of a generation that
 * is not before NEXT says that all messages of earlier ones have been rung for.
 */
enum {
	ARRIVED_ARRIVED = 0x0401, ARRIVED_NEXT, ARRIVED_FREE, ARRIVED_SPOILED
};

struct arrived_arrived {
	const char	*id;
	uint64_t	 generation;	/* 0: its own file was synced */
};
struct arrived_next {
	uint64_t	 generation;	/* to begin; 0: use no log */
	const char	*last_id;	/* the newest id queue knows, or "" */
};
struct arrived_free {
	uint64_t	 generation;	/* up to it, may be overwritten */
};
struct arrived_spoiled {
	uint64_t	 generation;	/* its file failed; it is over */
};

extern const struct wire	arrived_arrived, arrived_next, arrived_free,
				arrived_spoiled;

#endif
