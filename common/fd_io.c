/*
 * Small descriptor helpers.  Nothing here interprets a byte.
 */
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int
change(int fd, int get, int set, int flag, bool on)
{
	int flags;

	flags = fcntl(fd, get);
	if (flags == -1)
		return -1;
	flags = on ? flags | flag : flags & ~flag;
	return fcntl(fd, set, flags) == -1 ? -1 : 0;
}

int
fd_nonblock(int fd, bool on)
{
	return change(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

int
fd_cloexec(int fd, bool on)
{
	return change(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
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
