/*
 * Small descriptor helpers.  Nothing here interprets a byte.
 */
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* The one flag a signal handler may set. */
static volatile sig_atomic_t	stop_flag;

int64_t
fd_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
fd_close(int *fd)
{
	int keep = errno;

	if (*fd != -1)
		close(*fd);
	*fd = -1;
	errno = keep;
}

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

int
fd_wait(int fd, bool write, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = write ? POLLOUT : POLLIN };
	struct timespec t;
	sigset_t open;
	int64_t left;
	int n;

	sigprocmask(SIG_BLOCK, NULL, &open);
	sigdelset(&open, SIGTERM);
	for (;;) {
		left = deadline == FD_FOREVER ? 3600000 : deadline - fd_now();
		if (left < 0)
			left = 0;
		t.tv_sec = left / 1000;
		t.tv_nsec = left % 1000 * 1000000;
		n = ppoll(&p, 1, &t, &open);
		if (n == -1 && errno == EINTR && !stop_flag)
			continue;
		if (n == 0 && deadline == FD_FOREVER)
			continue;
		return n;
	}
}

static void
on_term(int signo)
{
	(void)signo;
	stop_flag = 1;
}

void
stop_arm(void)
{
	struct sigaction act = { .sa_handler = on_term };
	sigset_t term;

	sigemptyset(&act.sa_mask);
	sigaction(SIGTERM, &act, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
}

bool
stop_asked(void)
{
	return stop_flag != 0;
}
