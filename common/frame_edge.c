/*
 * Edges for plain blocking code: sending and receiving with a deadline,
 * connecting.
 */
#include "frame.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "pass.h"

static int
fail(int error)
{
	errno = error;
	return -1;
}

static int
wait_for(int sock, bool write, int64_t deadline)
{
	int n = fd_wait(sock, write, deadline);

	return n == 0 ? fail(ETIMEDOUT) : n;
}

int
frame_send(int sock, const struct frame *frame, int fd, int64_t deadline)
{
	while (pass_send(sock, frame->data, frame->len, fd) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || wait_for(sock, true, deadline) == -1)
			return -1;
	}
	return 0;
}

int
frame_recv(int sock, struct frame *frame, int *fd, int64_t deadline)
{
	int n;

	while ((n = frame_recv_now(sock, frame, fd)) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || wait_for(sock, false, deadline) == -1)
			return -1;
	}
	return n;
}

/* Not on the stack: there a frame would cost a session all of its pages. */
int
frame_tell(int sock, const struct wire *wire, const void *msg, int fd,
    int64_t deadline)
{
	struct frame *frame = malloc(sizeof(*frame));
	int n;

	if (frame == NULL)
		return -1;
	n = frame_put(frame, wire, msg);
	if (n == 0)
		n = frame_send(sock, frame, fd, deadline);
	free(frame);
	return n;
}

int
edge_connect(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		return fail(ENAMETOOLONG);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		fd_close(&fd);
	return fd;
}

int
edge_pair(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}
