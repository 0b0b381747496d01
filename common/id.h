#ifndef ID_H
#define ID_H

#include <stdbool.h>
#include <stdint.h>

#include "limits.h"

/*
 * Message ids: 11 characters of time (microseconds since the epoch), 5 of
 * chance, of the alphabet 0-9 A-Z a-z in this (ASCII) order, so that ids sort
 * by age.  Unique for ever: the time part is max(now, last issued + 1).
 */
#define ID_SIZE		17	/* with the NUL */

struct id_source {
	uint64_t	last;	/* time part of the newest id */
};

/* Never issue an id at or before this one (of an earlier run). */
void		id_after(struct id_source *, const char *id);
void		id_next(struct id_source *, char id[ID_SIZE]);
/* Whether text has the form of an id: 1..LIMIT_ID of [0-9A-Za-z]. */
bool		id_ok(const char *text);
/* The time part in microseconds; 0 when it is no id of ours. */
uint64_t	id_time(const char *id);

#endif
