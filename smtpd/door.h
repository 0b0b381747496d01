#ifndef DOOR_H
#define DOOR_H

#include "crowd.h"
#include "die.h"
#include "frame.h"

/*
 * The acceptor: takes connections and hands each to a session process of its
 * own.  It never reads a byte of a client.
 */
struct door;
struct jail;
struct loop;
struct settings;
struct timer;
struct watch;

/* One listening socket. */
struct listener {
	struct door	*door;
	int		 fd;
	char		 service[32];	/* smtp, submission …, or local */
	unsigned	 flags;		/* for the session, see wire_door.h */
	struct watch	*watch;
};

struct door {
	struct loop		*loop;
	struct settings		*settings;
	const struct jail	*jail;		/* of the sessions */
	struct crowd		 crowd;
	struct listener		*listeners;
	size_t			 listener_count;
	struct timer		*refill;	/* make spares when idle */
	struct timer		*rest;		/* short of something */
	struct timer		*end;		/* when to stop waiting */
	enum { DOOR_OPEN, DOOR_RESTING, DOOR_CLOSED } state;
	enum exit_code		 code;		/* to end with */
	struct frame		 frame;
};

/*
 * Makes the door, before the jail is entered: every page the acceptor writes
 * after a fork costs each session a page, so what it writes to comes first
 * and stands together.
 */
struct door	*door_new(void);

/*
 * Serves until it is to end; returns the code to exit with.  The door takes
 * over the settings.
 */
enum exit_code	 door_run(struct door *, struct settings *,
		    const struct jail *);

#endif
