#ifndef BUNDLE_H
#define BUNDLE_H

#include <stddef.h>

#include "frame.h"

/*
 * Several frames of one edge in one packet, back to back in their order: what
 * is said together costs one system call and one wake-up.  A descriptor
 * belongs to the first of them.  Ends with a loop (peer.h) take bundles; of
 * the others those whose edge's header says so.
 */
struct bundle {
	size_t		count;		/* frames in it */
	struct frame	frame;		/* its data and len: the packet */
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
 * Receives a packet of one or more frames, which bundle_next() must look at,
 * into the data and len of a frame.  Otherwise as frame_recv_now() and
 * frame_recv().
 */
int	bundle_recv_now(int sock, struct frame *packet, int *fd);
int	bundle_recv(int sock, struct frame *packet, int *fd,
	    int64_t deadline);

/*
 * The next frame of a packet: *at is 0 to begin with.  1, 0 behind the last,
 * or -1 (EPROTO) when what is left is no frame.
 */
int	bundle_next(const struct frame *packet, size_t *at,
	    struct bytes *one);
/* The verb of a frame that bundle_next() gave. */
uint16_t bundle_verb(const struct bytes *one);

#endif
