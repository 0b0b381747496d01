#ifndef ACCEPTOR_H
#define ACCEPTOR_H

#include <stdint.h>

#include "die.h"
#include "house.h"
#include "params.h"

struct jail;
struct settings;

/*
 * The acceptor of a program that serves clients of the network: it takes
 * connections, greets and counts them, holds them at the door until they
 * speak, and then gives each a process of its own, which is jailed before it
 * reads the first byte.  It never reads one itself.
 */

/* What a session is told of its client; the strings live as long. */
struct door_client {
	const char	*address;	/* numeric, v4 or v6; "" is local */
	const char	*listener;	/* service: smtp, submission, pop3 … */
	unsigned	 port;		/* of the client */
	unsigned	 flags;
};

#define DOOR_CLEARTEXT	1u	/* clear-text login is allowed */

/* What an acceptor says itself. */
enum acceptor_line {
	ACCEPTOR_GREETING,	/* in the session's name */
	ACCEPTOR_SILENT,	/* he said nothing for too long */
	ACCEPTOR_STOPPING,
	ACCEPTOR_TOO_MANY,	/* past a limit */
	ACCEPTOR_NO_SESSION,	/* short of something */
	ACCEPTOR_LINES
};

#define ACCEPTOR_LINE	513	/* bytes of a line with CRLF and NUL */

struct acceptor_role {
	enum proc	 proc;
	int		 local;		/* an edge served as a byte stream, its
					 * listener is "local"; or -1 */
	enum param	 sessions;	/* at a time */
	enum param	 per_client;	/* sessions and at the door */
	enum param	 waiting;	/* at the door */
	enum param	 timeout;	/* at the door, in seconds */
	/* The line with its CRLF, or "" to say nothing. */
	void		(*line)(enum acceptor_line, const struct settings *,
			    char text[ACCEPTOR_LINE]);
	/*
	 * Serves the client on fd, who was greeted, inside the jail; when it
	 * returns the process ends.  SIGTERM is a flag (stop_arm()).
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
