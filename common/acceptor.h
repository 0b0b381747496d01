#ifndef ACCEPTOR_H
#define ACCEPTOR_H

#include "die.h"
#include "house.h"
#include "params.h"

struct door_client;
struct jail;
struct settings;

/*
 * The acceptor of a program that serves clients of the network: it takes
 * connections, counts them, and hands each to a process of its own, forked
 * and jailed before there was a client.  It never reads a byte of one.
 */
struct acceptor_role {
	enum proc	 proc;
	int		 local;		/* an edge served as a byte stream, its
					 * listener is "local"; or -1 */
	enum param	 sessions;	/* at a time */
	enum param	 per_client;
	enum param	 spare;		/* waiting for clients */
	const char	*too_many;	/* said past a limit, with its CRLF */
	const char	*no_session;	/* said when short of something */
	/*
	 * Serves the client on fd, inside the jail; when it returns the
	 * process ends.  The client's strings live as long.  SIGTERM is a
	 * flag (stop_arm()).
	 */
	void		(*serve)(const struct settings *,
			    const struct door_client *, int fd);
};

struct acceptor;

/* Before the jail; dies when the system is short of something. */
struct acceptor	*acceptor_new(const struct acceptor_role *);

/*
 * Serves until it is to end; returns the code to exit with: EXIT_DONE after
 * SIGTERM, EXIT_RENEW after a session was killed by a signal.  Takes over the
 * settings; jail is that of the sessions.
 */
enum exit_code	acceptor_run(struct acceptor *, struct settings *,
		    const struct jail *);

#endif
