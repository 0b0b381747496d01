#ifndef PAST_H
#define PAST_H

struct queue;

/*
 * At start: takes everything in cur and new into memory, replays the states
 * log over it, and sends each recipient where it belongs.
 */
void	past_read(struct queue *);

#endif
