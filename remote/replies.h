#ifndef REPLIES_H
#define REPLIES_H

#include <stdint.h>

#include "fate.h"
#include "line.h"

/*
 * One reply of a next hop [RFC5321 4.2]: its code and the text of its lines,
 * joined by blanks and cut to what a fate can hold.
 */
struct reply {
	unsigned	code;
	char		text[FATE_TEXT];
};

/*
 * Reads a whole reply.  each(): called with the text of every line (for EHLO
 * keywords), may be NULL.  0, or -1 with *why (FATE_DEFER): the connection was
 * lost, timed out, or what came is no reply; it must then be closed.
 */
int	replies_read(struct line *, struct reply *, void (*each)(void *ctx,
	    const char *text), void *ctx, int64_t deadline, struct fate *why);

#endif
