#ifndef VERBS_H
#define VERBS_H

#include <stddef.h>

#include "frame.h"

/*
 * Servers (and the waiting sides) of an edge are driven by a table: which
 * verb may come in which state, what the state is afterwards, who handles it.
 * States are bits, so that a row can allow several.
 */
#define VERB_ANY	(~0u)	/* allowed in every state */
#define VERB_SAME	0u	/* the state stays */

/*
 * Handlers get the decoded struct (its strings live until they return) and
 * the descriptor that came along (-1 when none; the handler owns it).
 * 0: went well; -1: this edge is to be closed.
 */
struct verb {
	const struct wire	*wire;
	unsigned		 states;	/* where it is allowed */
	unsigned		 next;		/* or VERB_SAME */
	int			(*run)(void *ctx, const void *msg, int fd);
};

/*
 * Runs one received frame through the table.  *state changes before the
 * handler runs.  Returns what the handler said, or -1 with errno EPROTO when
 * the verb is unknown, not allowed in this state, malformed, or a descriptor
 * came or is missing against the wire's word (it is closed then).
 */
int	verbs_run(const struct verb *, size_t n, unsigned *state, void *ctx,
	    const struct frame *, int fd);
/* The same for the bytes of a whole frame (see bundle.h). */
int	verbs_run_bytes(const struct verb *, size_t n, unsigned *state,
	    void *ctx, const struct bytes *, int fd);

#endif
