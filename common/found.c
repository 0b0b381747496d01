/*
 * Folders and listening sockets.  An edge is bound by its short name from
 * inside its folder: a path may be longer than a socket's address.
 */
#include "found.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

enum { BACKLOG_EDGE = 512, BACKLOG_PORT = 1024 };

int
found_folder(int at, const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = -1;

	if (mkdirat(at, path, 0700) == 0 || errno == EEXIST)
		fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
	if (fd == -1 || fchown(fd, uid, gid) == -1 || fchmod(fd, mode) == -1)
		die_temp("%s", path);
	return fd;
}

void
found_edge(int sock, int folder, const char *leaf, gid_t gid, mode_t mode)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	(void)strlcpy(sun.sun_path, leaf, sizeof(sun.sun_path));
	if (fchdir(folder) == -1 || (unlink(leaf) == -1 && errno != ENOENT) ||
	    bind(sock, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chown(leaf, 0, gid) == -1 || chmod(leaf, mode) == -1 ||
	    listen(sock, BACKLOG_EDGE) == -1)
		die_temp("socket %s", leaf);
}

int
found_port(const struct sockaddr *sa)
{
	const socklen_t len = sa->sa_family == AF_INET6 ?
	    sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	int fd, on = 1;

	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa->sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(fd, sa, len) == -1 || listen(fd, BACKLOG_PORT) == -1)
		fd_close(&fd);
	return fd;
}
