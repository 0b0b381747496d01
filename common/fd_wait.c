/*
 * Waiting in plain blocking code, with SIGTERM as a flag.
 */
#include "fd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

/* The one flag a signal handler may set. */
static volatile sig_atomic_t	stop_flag;

int
fd_wait(int fd, bool write, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = write ? POLLOUT : POLLIN };
	struct timespec t;
	sigset_t none;
	int64_t left;
	int n;

	sigemptyset(&none);
	for (;;) {
		left = deadline == FD_FOREVER ? 3600000 : deadline - fd_now();
		if (left < 0)
			left = 0;
		t.tv_sec = left / 1000;
		t.tv_nsec = left % 1000 * 1000000;
		n = ppoll(&p, 1, &t, &none);
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
