/*
 * The dialogue of sendmail -bs.  smtpd speaks; here bytes are only carried,
 * so that what a local program may say is decided in one place.
 */
#include "sendmail_smtp.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "fd.h"

static int
stream_connect(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int sock;

	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		errx(EX_OSFILE, "path too long: %s", path);
	sock = socket(AF_UNIX, SOCK_STREAM, 0);
	if (sock == -1 ||
	    connect(sock, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		err(EX_TEMPFAIL, "the mail system cannot be reached: %s", path);
	return sock;
}

/* Carries what is there: 1, 0 at the end, -1 with errno. */
static int
carry(int from, int to)
{
	char buf[8192];
	ssize_t n;

	do
		n = read(from, buf, sizeof(buf));
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	return fd_write_all(to, buf, (size_t)n) == -1 ? -1 : 1;
}

int
sendmail_smtp(const char *path)
{
	struct pollfd p[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .events = POLLIN },
	};
	int sock, n;

	sock = p[1].fd = stream_connect(path);
	for (;;) {
		if (poll(p, countof(p), -1) == -1 && errno != EINTR)
			err(EX_OSERR, "poll");
		if (p[1].revents != 0) {
			n = carry(sock, STDOUT_FILENO);
			if (n == -1)
				warn("SMTP session");
			if (n != 1)
				return n == 0 ? EX_OK : EX_IOERR;
		}
		/* Our side is over; the answers may still come. */
		if (p[0].revents != 0 && carry(STDIN_FILENO, sock) != 1) {
			shutdown(sock, SHUT_WR);
			p[0].fd = -1;
		}
	}
}
