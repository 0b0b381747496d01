/*
 * From the acceptor's fork to the program's own dialogue.  The process is in
 * its jail before it learns that there is a client, and serves one only.
 */
#include "acceptor_session.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

	close(FD_SETTINGS);
	if (fcntl(sock, F_DUPFD_CLOEXEC, FD_SETTINGS) != FD_SETTINGS)
		die_temp("door");
	closefrom(FD_FIRST);
	(void)signal(SIGCHLD, SIG_DFL);
	/* First SIGTERM gets its own handler, then signals may come. */
	stop_arm();
	sigemptyset(&none);
	sigaddset(&none, SIGTERM);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What a client's strings are kept in while it is served. */
struct visitor {
	char	address[64];
	char	listener[32];
};

/*
 * Waits for the one client; the end of the door means that nobody comes any
 * more.  The frame's memory is given back: an idle session is small.
 */
static int
wait_for_client(struct visitor *v, struct door_client *client)
{
	struct frame *frame;
	int fd;

	frame = mmap(NULL, sizeof(*frame), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (frame == MAP_FAILED)
		die_temp("session");
	if (frame_recv(FD_SETTINGS, frame, &fd, FD_FOREVER) != 1)
		exit(EXIT_DONE);
	if (fd == -1 || frame_get(frame, &door_client, client) == -1)
		die_bug("nonsense at the door");
	(void)strlcpy(v->address, client->address, sizeof(v->address));
	(void)strlcpy(v->listener, client->listener, sizeof(v->listener));
	client->address = v->address;
	client->listener = v->listener;
	(void)munmap(frame, sizeof(*frame));
	return fd;
}

void
acceptor_session(const struct acceptor_role *role,
    const struct settings *settings, const struct jail *jail, int sock)
{
	struct door_client client;
	struct visitor visitor;
	int fd, on = 1;

	leave_acceptor(sock);
	jail_enter_prepared(jail);
	fd = wait_for_client(&visitor, &client);
	/* A reply leaves at once; a local socket knows no such option. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	role->serve(settings, &client, fd);
	exit(EXIT_DONE);
}
