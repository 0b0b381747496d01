#ifndef UNPLACED_H
#define UNPLACED_H

#include <stdbool.h>
#include <stdint.h>

#include "wire_deliver.h"

#include "maildir.h"

/*
 * The mail a worker has written and the queue has not yet told it to place:
 * names alone, each under a token below DELIVER_WINDOW.
 */
struct unplaced {
	uint32_t	 count;		/* all zero: none */
	char		*names[DELIVER_WINDOW];
};

/* There must be room: count < DELIVER_WINDOW.  The token. */
uint32_t	unplaced_add(struct unplaced *, const char *name);
/* Takes out the name of a token; false: nothing has it. */
bool		unplaced_take(struct unplaced *, uint32_t token,
		    char name[MAILDIR_NAME]);

#endif
