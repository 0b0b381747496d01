/*
 * The frame codec: the only reader and writer of internal messages.  The
 * reader trusts no byte; each length is compared with what remains, never
 * with a sum, and a frame must be consumed to its last byte.
 */
#include "frame.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fate.h"
#include "fd.h"

/* Where a codec stands in a frame: the unread or unwritten rest. */
struct cursor {
	unsigned char	*p;
	size_t		 left;
};

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* --- writing ---------------------------------------------------------- */

static int
put_uint(struct cursor *c, uint64_t v, size_t n)
{
	size_t i;

	if (c->left < n)
		return fail(EMSGSIZE);
	for (i = 0; i < n; i++)
		c->p[i] = (unsigned char)(v >> (8 * (n - 1 - i)));
	c->p += n;
	c->left -= n;
	return 0;
}

static int
put_data(struct cursor *c, const void *data, size_t n)
{
	if (put_uint(c, n, 4) == -1)
		return -1;
	if (c->left < n)
		return fail(EMSGSIZE);
	if (n != 0)
		memcpy(c->p, data, n);
	c->p += n;
	c->left -= n;
	return 0;
}

/* A string travels with its NUL, so that the reader can point at it. */
static int
put_string(struct cursor *c, const char *s)
{
	return s == NULL ? fail(EINVAL) : put_data(c, s, strlen(s) + 1);
}

static int
put_field(struct cursor *c, enum wire_type type, const void *from)
{
	const struct bytes *b = from;
	const struct fate *f = from;
	const char *s;
	uint64_t u64;
	uint32_t u32;

	switch (type) {
	case WIRE_U32:
		memcpy(&u32, from, sizeof(u32));
		return put_uint(c, u32, 4);
	case WIRE_U64:
		memcpy(&u64, from, sizeof(u64));
		return put_uint(c, u64, 8);
	case WIRE_STR:
		memcpy(&s, from, sizeof(s));
		return put_string(c, s);
	case WIRE_BYTES:
		return put_data(c, b->data, b->len);
	case WIRE_FATE:
		if (put_uint(c, f->code, 4) == -1 ||
		    put_string(c, f->status) == -1)
			return -1;
		return put_string(c, f->text);
	}
	return fail(EINVAL);
}

int
frame_put(struct frame *frame, const struct wire *wire, const void *msg)
{
	struct cursor c = { frame->data, sizeof(frame->data) };
	struct cursor head = { frame->data, FRAME_HEAD };
	size_t i;

	c.p += FRAME_HEAD;
	c.left -= FRAME_HEAD;
	for (i = 0; i < wire->count; i++)
		if (put_field(&c, wire->fields[i].type,
		    (const char *)msg + wire->fields[i].offset) == -1)
			return -1;
	frame->verb = wire->verb;
	frame->len = sizeof(frame->data) - c.left;
	(void)put_uint(&head, frame->len, 4);
	(void)put_uint(&head, frame->verb, 2);
	return 0;
}

/* --- reading ---------------------------------------------------------- */

static int
get_uint(struct cursor *c, uint64_t *v, size_t n)
{
	if (c->left < n)
		return fail(EPROTO);
	for (*v = 0; n > 0; n--, c->left--)
		*v = *v << 8 | *c->p++;
	return 0;
}

static int
get_u32(struct cursor *c, uint32_t *v)
{
	uint64_t wide;

	if (get_uint(c, &wide, 4) == -1)
		return -1;
	*v = (uint32_t)wide;
	return 0;
}

static int
get_data(struct cursor *c, struct bytes *b)
{
	uint32_t n;

	if (get_u32(c, &n) == -1)
		return -1;
	if (n > c->left)
		return fail(EPROTO);
	b->data = c->p;
	b->len = n;
	c->p += n;
	c->left -= n;
	return 0;
}

static int
get_string(struct cursor *c, const char **s)
{
	struct bytes b;

	if (get_data(c, &b) == -1)
		return -1;
	if (b.len == 0 || memchr(b.data, '\0', b.len) != b.data + b.len - 1)
		return fail(EPROTO);
	*s = (const char *)b.data;
	return 0;
}

static int
get_fate(struct cursor *c, struct fate *f)
{
	const char *status, *text;
	uint32_t code;

	if (get_u32(c, &code) == -1 || get_string(c, &status) == -1 ||
	    get_string(c, &text) == -1)
		return -1;
	return fate_make(f, code, status, text);
}

static int
get_field(struct cursor *c, enum wire_type type, void *to)
{
	switch (type) {
	case WIRE_U32:
		return get_u32(c, to);
	case WIRE_U64:
		return get_uint(c, to, 8);
	case WIRE_STR:
		return get_string(c, to);
	case WIRE_BYTES:
		return get_data(c, to);
	case WIRE_FATE:
		return get_fate(c, to);
	}
	return fail(EPROTO);
}

int
frame_check(struct frame *frame, size_t received)
{
	struct cursor c = { frame->data, received };
	uint64_t verb;
	uint32_t len;

	if (get_u32(&c, &len) == -1 || get_uint(&c, &verb, 2) == -1 ||
	    len != received)
		return fail(EPROTO);
	frame->len = received;
	frame->verb = (uint16_t)verb;
	return 0;
}

int
frame_get(const struct frame *frame, const struct wire *wire, void *msg)
{
	struct cursor c;
	size_t i;

	if (frame->verb != wire->verb || frame->len < FRAME_HEAD)
		return fail(EPROTO);
	/* The cursor only reads here; the strings it hands out are const. */
	c.p = (unsigned char *)(uintptr_t)frame->data + FRAME_HEAD;
	c.left = frame->len - FRAME_HEAD;
	for (i = 0; i < wire->count; i++)
		if (get_field(&c, wire->fields[i].type,
		    (char *)msg + wire->fields[i].offset) == -1)
			return -1;
	return c.left == 0 ? 0 : fail(EPROTO);
}

/* --- sockets ---------------------------------------------------------- */

int
frame_send_now(int sock, const void *data, size_t len, int fd)
{
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (fd != -1) {
		memset(&control, 0, sizeof(control));
		m.msg_control = control.space;
		m.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	return sendmsg(sock, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 ? -1 : 0;
}

/*
 * Takes the one descriptor out of a received message.  The padding of the
 * control buffer has room for a second one: whoever sends two would fill our
 * descriptor table, so anything but one is closed again.
 */
static int
take_fd(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fds[2];
	size_t i, n;

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS)
		return -1;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n > countof(fds))
		n = countof(fds);
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	if (n == 1)
		return fds[0];
	for (i = 0; i < n; i++)
		close(fds[i]);
	return -1;
}

int
frame_recv_now(int sock, struct frame *frame, int *fd)
{
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { frame->data, sizeof(frame->data) };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space)
	};
	ssize_t n;

	*fd = -1;
	n = recvmsg(sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == -1 && errno == ECONNRESET)
		return 0;
	if (n <= 0)
		return (int)n;
	*fd = take_fd(&m);
	if ((m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    frame_check(frame, (size_t)n) == -1) {
		fd_close(fd);
		return fail(EPROTO);
	}
	return 1;
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
	while (frame_send_now(sock, frame->data, frame->len, fd) == -1) {
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
