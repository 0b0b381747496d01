/*
 * From the acceptor's fork to the program's own dialogue.  The process is in
 * its jail before it learns that there is a client, and serves one only.
 */
#include "acceptor_session.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "acceptor.h"
#include "fd.h"
#include "frame.h"
#include "jail.h"
#include "wire_door.h"

/*
 * Keeps 0, 1, 2, the record pipe and the door, and gives up the acceptor's
 * signals: after this nothing of the parent can be reached.
 */
static void
leave_acceptor(int sock)
{
	sigset_t none;

	if (dup2(sock, FD_SETTINGS) == -1)
		die_temp("door");
	closefrom(FD_FIRST);
	(void)signal(SIGCHLD, SIG_DFL);
	/* First SIGTERM gets its own handler, then signals may come. */
	stop_arm();
	sigemptyset(&none);
	sigaddset(&none, SIGTERM);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
acceptor_session(const struct acceptor_role *role,
    const struct settings *settings, const struct jail *jail, int sock)
{
	struct frame *frame = malloc(sizeof(*frame));
	struct door_client client;
	int fd;

	leave_acceptor(sock);
	jail_enter_prepared(jail);
	if (frame == NULL)
		die_temp("session");
	/* The end of the door means that nobody comes any more. */
	if (frame_recv(FD_SETTINGS, frame, &fd, FD_FOREVER) != 1)
		exit(EXIT_DONE);
	if (fd == -1 || frame_get(frame, &door_client, &client) == -1)
		die_bug("nonsense at the door");
	role->serve(settings, &client, fd);
	exit(EXIT_DONE);
}
