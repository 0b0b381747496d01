/*
 * Making connections.  Addresses come as numbers; nothing is resolved here.
 */
#include "dial.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fd.h"

union any_address {
	struct sockaddr		sa;
	struct sockaddr_in	in4;
	struct sockaddr_in6	in6;
	struct sockaddr_un	un;
};

/* The socket address of a host; its length, 0 when it is none. */
static socklen_t
make_address(const struct host *h, union any_address *a)
{
	memset(a, 0, sizeof(*a));
	if (h->address[0] == '\0') {
		a->un.sun_family = AF_UNIX;
		if (snprintf(a->un.sun_path, sizeof(a->un.sun_path), "/%s",
		    h->name) >= (int)sizeof(a->un.sun_path))
			return 0;
		return sizeof(a->un);
	}
	if (inet_pton(AF_INET, h->address, &a->in4.sin_addr) == 1) {
		a->in4.sin_family = AF_INET;
		a->in4.sin_port = htons((uint16_t)h->port);
		return sizeof(a->in4);
	}
	if (inet_pton(AF_INET6, h->address, &a->in6.sin6_addr) == 1) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons((uint16_t)h->port);
		return sizeof(a->in6);
	}
	return 0;
}

/* Waits for the end of a connect(2) under way. */
static int
finish(int fd, int64_t deadline)
{
	socklen_t size = sizeof(int);
	int error = 0, n;

	n = fd_wait(fd, true, deadline);
	if (n == 0)
		errno = ETIMEDOUT;
	if (n != 1)
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		return -1;
	errno = error;
	return error == 0 ? 0 : -1;
}

static int
connect_to(const union any_address *a, socklen_t size, int64_t deadline)
{
	int fd, on = 1;

	fd = socket(a->sa.sa_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, &a->sa, size) == -1 &&
	    (errno != EINPROGRESS || finish(fd, deadline) == -1))
		fd_close(&fd);
	if (fd != -1 && a->sa.sa_family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
	return fd;
}

int
dial(const struct host *h, int64_t deadline, struct fate *why)
{
	union any_address a;
	char name[400];
	socklen_t size;
	int fd = -1;

	errno = EINVAL;
	size = make_address(h, &a);
	if (size != 0)
		fd = connect_to(&a, size, deadline);
	if (fd == -1) {
		int error = errno;

		dial_name(h, name, sizeof(name));
		fate_set(why, 451, "4.4.1", "connect to %s: %s", name,
		    strerror(error));
	}
	return fd;
}

void
dial_name(const struct host *h, char *buf, size_t size)
{
	if (h->address[0] == '\0')
		(void)snprintf(buf, size, "%s", h->name);
	else
		(void)snprintf(buf, size, "%s[%s]:%u", h->name, h->address,
		    h->port);
}
