#ifndef ACCEPTOR_SESSION_H
#define ACCEPTOR_SESSION_H

#include <sys/types.h>

#include "acceptor.h"

/* All that a session process takes along. */
struct session_start {
	const struct acceptor_role *role;
	const struct settings	*settings;
	const struct jail	*jail;
	struct door_client	 client;
	int			 fd;
};

/*
 * Forks a session; in the child it never returns: it leaves everything of
 * the acceptor behind, enters the jail, serves its client and ends.  The pid,
 * or -1 with errno.  For acceptor_clients.c alone.
 */
pid_t	acceptor_session(const struct session_start *);

#endif
