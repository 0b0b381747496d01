/*
 * malote stop: asks the master to end and waits until it has.  The right to
 * stop is the right to signal a process of root.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "ctl.h"
#include "die.h"
#include "fd.h"
#include "house.h"

enum { TIMEOUT = 60 * 1000 };

static void
find_master(void *ctx, const struct control_row *row)
{
	if (row->proc == PROC_MALOTE)
		*(pid_t *)ctx = (pid_t)row->pid;
}

int
main(int argc, char *argv[])
{
	const int64_t deadline = fd_now() + TIMEOUT;
	pid_t master = 0;

	(void)argv;
	die_name("malote stop");
	if (argc != 1)
		die(EXIT_USAGE, "usage: malote stop");
	(void)ctl_master('s', find_master, &master);
	if (master <= 1)
		die(EXIT_TEMP, "no master found");
	if (kill(master, SIGTERM) == -1)
		die(EXIT_NOPERM, "only root can stop malote");
	while (kill(master, 0) == 0 || errno != ESRCH) {
		if (fd_now() >= deadline)
			die(EXIT_TEMP, "malote does not end");
		(void)poll(NULL, 0, 50);
	}
	return EXIT_DONE;
}
