#ifndef PACKET_H
#define PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/*
 * Several frames in one packet, back to back: one system call and one
 * wake-up for what belongs together.  A server with a loop (peer.h) takes
 * them; a receiver that waits (frame_recv()) wants one frame in a packet.
 */
#define PACKET_FRAMES	64	/* so many, so that a turn is short */

struct packet {
	size_t		len;
	size_t		frames;
	unsigned char	data[FRAME_MAX];
};

void	packet_init(struct packet *);

/* Adds a copy of the frame.  0, or -1 when there is no room. */
int	packet_add(struct packet *, const struct frame *);

/* 0, or -1 with errno (ETIMEDOUT at the deadline). */
int	packet_send(int sock, const struct packet *, int64_t deadline);

/*
 * One non-blocking try to receive: 1 with the packet's first frame, and in
 * *rest how many bytes stand behind it; 0 at the end, -1 with errno, EPROTO
 * when the packet is no sequence of frames.  A descriptor (see frame_recv())
 * belongs to the first frame.
 */
int	packet_recv_now(int sock, struct frame *, size_t *rest, int *fd);
/* The next frame of that packet: 1, 0 when there is none, -1 with EPROTO. */
int	packet_next(struct frame *, size_t *rest);

#endif
