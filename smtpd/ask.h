#ifndef ASK_H
#define ASK_H

#include <stdint.h>

#include "wire_ask.h"

/*
 * Asking alias whether a recipient can be taken (edge ask).  The connection
 * is made at the first question and kept.
 */
struct ask {
	int		 sock;	/* -1: none */
	uint32_t	 tag;	/* of the last question */
};

void	ask_init(struct ask *);

/*
 * Asks; the tag is filled in here.  *verdict: done when one leaf can be
 * delivered or relayed, else what alias said against it; deferred with 451
 * 4.3.0 when alias does not know or does not answer in time.  frame: room to
 * work in.
 */
void	ask_rcpt(struct ask *, struct frame *frame, struct ask_ask *,
	    struct fate *verdict);

#endif
