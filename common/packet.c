/*
 * Packets of frames.  The length of each is compared with what remains of
 * the packet; what frame.c thinks of the frame itself comes after that.
 */
#include "packet.h"

#include <errno.h>
#include <string.h>

#include "fd.h"
#include "pass.h"

void
packet_init(struct packet *p)
{
	p->len = 0;
	p->frames = 0;
}

int
packet_add(struct packet *p, const struct frame *frame)
{
	if (p->frames == PACKET_FRAMES ||
	    frame->len > sizeof(p->data) - p->len) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(p->data + p->len, frame->data, frame->len);
	p->len += frame->len;
	p->frames++;
	return 0;
}

int
packet_send(int sock, const struct packet *p, int64_t deadline)
{
	int n;

	while (pass_send(sock, p->data, p->len, -1) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -1;
		n = fd_wait(sock, true, deadline);
		if (n == 0)
			errno = ETIMEDOUT;
		if (n != 1)
			return -1;
	}
	return 0;
}

/* The frame at the front of n bytes. */
static int
first(struct frame *frame, size_t n, size_t *rest)
{
	const unsigned char *b = frame->data;
	size_t len = 0;

	if (n >= FRAME_HEAD)
		len = (size_t)b[0] << 24 | (size_t)b[1] << 16 |
		    (size_t)b[2] << 8 | b[3];
	if (len < FRAME_HEAD || len > n) {
		errno = EPROTO;
		return -1;
	}
	*rest = n - len;
	return frame_check(frame, len) == -1 ? -1 : 1;
}

int
packet_recv_now(int sock, struct frame *frame, size_t *rest, int *fd)
{
	ssize_t n = pass_recv(sock, frame->data, sizeof(frame->data), fd);

	*rest = 0;
	if (n == -1 && errno == ECONNRESET)
		return 0;
	if (n <= 0)
		return (int)n;
	if (first(frame, (size_t)n, rest) == 1)
		return 1;
	fd_close(fd);
	errno = EPROTO;
	return -1;
}

int
packet_next(struct frame *frame, size_t *rest)
{
	if (*rest == 0)
		return 0;
	memmove(frame->data, frame->data + frame->len, *rest);
	return first(frame, *rest, rest);
}
