#ifndef COMPACT_H
#define COMPACT_H

#include <stdbool.h>

struct queue;

/*
 * Writes the states log anew from memory and puts it in the place of the old
 * one, durably: afterwards everything that was recorded is synced.  0, or -1
 * with errno: the log is as it was.
 */
int	compact(struct queue *);

/* Whether most of the log is dead. */
bool	compact_is_due(const struct queue *);

#endif
