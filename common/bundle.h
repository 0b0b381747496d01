#ifndef BUNDLE_H
#define BUNDLE_H

#include <stddef.h>

#include "frame.h"

/*
 * Several frames of one edge in one packet, in their order: what is said
 * together costs one system call and one wake-up.  On the wire it is a frame
 * of the verb FRAME_BUNDLE whose body is whole frames, one behind the other;
 * a descriptor belongs to the first of them.  Which side of which edge may
 * send bundles stands in that edge's header.
 */
#define FRAME_BUNDLE	0x0001		/* its verb, on every edge */

struct bundle {
	size_t		count;		/* frames in it */
	struct frame	frame;
};

/* Empties it; to be called before the first use, too. */
void	bundle_clear(struct bundle *);

/*
 * Adds a frame.  0, or -1 with errno EMSGSIZE when it does not fit behind the
 * others (or at all, if there are none) and EINVAL as frame_put(): then the
 * bundle is as before.
 */
int	bundle_add(struct bundle *, const struct wire *, const void *msg);

/*
 * The next frame of a received bundle: *at is 0 to begin with.  1, 0 behind
 * the last, or -1 (EPROTO) when what is left is no frame, or a bundle.
 */
int	bundle_next(const struct frame *, size_t *at, struct bytes *one);
/* The verb of a frame that bundle_next() gave. */
uint16_t bundle_verb(const struct bytes *one);

#endif
