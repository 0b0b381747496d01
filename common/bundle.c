/*
 * Bundles of frames.  The reader trusts no length: a frame is taken only as
 * far as the packet really goes.
 */
#include "bundle.h"

#include <sys/types.h>
#include <errno.h>

#include "fd.h"
#include "pass.h"

void
bundle_clear(struct bundle *b)
{
	b->count = 0;
	b->frame.len = 0;
}

int
bundle_add(struct bundle *b, const struct wire *wire, const void *msg)
{
	struct frame *f = &b->frame;
	size_t n = frame_write(f->data + f->len, sizeof(f->data) - f->len,
	    wire, msg);

	if (n == 0)
		return -1;
	f->len += n;
	b->count++;
	return 0;
}

int
bundle_recv_now(int sock, struct frame *packet, int *fd)
{
	ssize_t n = pass_recv(sock, packet->data, sizeof(packet->data), fd);

	packet->len = n > 0 ? (size_t)n : 0;
	if (n == -1 && errno == ECONNRESET)
		return 0;
	return n > 0 ? 1 : (int)n;
}

int
bundle_recv(int sock, struct frame *packet, int *fd, int64_t deadline)
{
	int n;

	while ((n = bundle_recv_now(sock, packet, fd)) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -1;
		n = fd_wait(sock, false, deadline);
		if (n == 0)
			errno = ETIMEDOUT;
		if (n != 1)
			return -1;
	}
	return n;
}

uint16_t
bundle_verb(const struct bytes *one)
{
	return (uint16_t)(one->data[4] << 8 | one->data[5]);
}

int
bundle_next(const struct frame *packet, size_t *at, struct bytes *one)
{
	const unsigned char *p = packet->data + *at;
	size_t left = packet->len - *at;

	if (left == 0 && *at != 0)
		return 0;
	one->data = p;
	one->len = 0;
	if (left >= FRAME_HEAD)
		one->len = (size_t)p[0] << 24 | (size_t)p[1] << 16 |
		    (size_t)p[2] << 8 | p[3];
	if (one->len < FRAME_HEAD || one->len > left) {
		errno = EPROTO;
		return -1;
	}
	*at += one->len;
	return 1;
}
