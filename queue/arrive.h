#ifndef ARRIVE_H
#define ARRIVE_H

#include "frame.h"

struct queue;

/*
 * Messages come into charge: by the bell of inject (edge arrived), by a look
 * through the folder new, and at start out of cur and the states log.
 */

/* Serves the edge arrived. */
void	arrive_listen(struct queue *);
/* Takes in whatever lies in new. */
void	arrive_scan(struct queue *);

/*
 * At start: takes everything in new and cur into memory, replays the states
 * log over it, and sends each recipient where it belongs.
 */
void	arrive_past(struct queue *);

#endif
