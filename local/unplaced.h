#ifndef UNPLACED_H
#define UNPLACED_H

#include <stdint.h>

#include "wire_deliver.h"

#include "maildir.h"

/*
 * The mail a worker has written and the queue has not yet told it to place:
 * names alone, each under a token below DELIVER_WINDOW.
 */
struct unplaced {
	uint64_t	used;		/* a bit a token */
	uint32_t	count;
	char		names[DELIVER_WINDOW][MAILDIR_NAME];
};

void		 unplaced_init(struct unplaced *);
/* There must be room: count < DELIVER_WINDOW.  The token. */
uint32_t	 unplaced_add(struct unplaced *, const char *name);
/* The name, which is no longer in use; NULL: nothing has that token. */
const char	*unplaced_take(struct unplaced *, uint32_t token);

#endif
