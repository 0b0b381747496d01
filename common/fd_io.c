/*
 * Small descriptor helpers.  Nothing here interprets a byte.
 */
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
fd_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return -1;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags) == -1 ? -1 : 0;
}

int
fd_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t w;

	while (n > 0) {
		w = write(fd, p, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

int
fd_pwrite_all(int fd, const void *data, size_t n, off_t at)
{
	const char *p = data;
	ssize_t w;

	while (n > 0) {
		w = pwrite(fd, p, n, at);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		p += w;
		n -= (size_t)w;
		at += w;
	}
	return 0;
}

int
fd_read_all(int fd, void *data, size_t n)
{
	char *p = data;
	ssize_t r;

	while (n > 0) {
		r = read(fd, p, n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == 0)
			errno = EPIPE;
		if (r <= 0)
			return -1;
		p += r;
		n -= (size_t)r;
	}
	return 0;
}

int
fd_pread_all(int fd, void *data, size_t n, off_t at)
{
	char *p = data;
	ssize_t r;

	while (n > 0) {
		r = pread(fd, p, n, at);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == 0)
			errno = EPIPE;
		if (r <= 0)
			return -1;
		p += r;
		n -= (size_t)r;
		at += r;
	}
	return 0;
}
