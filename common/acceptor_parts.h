#ifndef ACCEPTOR_PARTS_H
#define ACCEPTOR_PARTS_H

#include <sys/types.h>
#include <stddef.h>

#include "acceptor.h"
#include "door.h"
#include "guests.h"
#include "seats.h"

struct jail;
struct loop;
struct settings;
struct sockaddr;
struct timer;
struct watch;

/*
 * What the files of the acceptor share; nobody else includes this.
 */
/* One listening socket. */
struct listener {
	struct acceptor	*acceptor;
	int		 fd;
	char		*service;
	unsigned	 flags;		/* of struct door_client */
	struct watch	*watch;
};

struct acceptor {
	const struct acceptor_role *role;
	struct loop		*loop;
	struct settings		*settings;
	const struct jail	*jail;		/* of the sessions */
	struct guests		 guests;
	struct door		 door;
	struct seats		 seats;
	struct listener		*listeners;
	size_t			 listener_count;
	struct timer		*rest;		/* short of something */
	struct timer		*end;		/* when to stop waiting */
	struct timer		*deaf;		/* to SIGCHLD */
	int64_t			 buried;	/* sessions, after a signal */
	enum { A_OPEN, A_RESTING, A_CLOSED } state;
	enum exit_code		 code;		/* to end with */
	char			 greeting[ACCEPTOR_LINE];
};


/* The value of a setting. */
size_t	acceptor_limit(const struct acceptor *, enum param);

/* Buries the sessions that have ended; none may be forked afterwards if one
 * was killed by a signal: then the state is A_CLOSED. */
void	acceptor_reap(struct acceptor *);

/* --- acceptor_clients.c ------------------------------------------------- */

/* The door's callbacks. */
void	acceptor_clients_init(struct acceptor *);
/* A new connection: greets the client or turns him away.  Takes over fd. */
void	acceptor_admit(struct listener *, int fd, const struct sockaddr *);
/* Nobody is at the door afterwards. */
void	acceptor_empty_door(struct acceptor *);

#endif
