#ifndef WIRE_DOOR_H
#define WIRE_DOOR_H

#include "frame.h"

/*
 * Edge door: acceptor → session, over the socket pair a session is forked
 * with.  One CLIENT, ever; then the session reports back.
 *
 * 	acceptor: CLIENT + descriptor of the connection
 * 	session:  BADLOGIN*, BYE
 *
 * The end of the door tells the session nothing: it goes on to its client's
 * QUIT (SIGTERM is what asks it to stop).
 */
enum {
	DOOR_CLIENT = 0x0201, DOOR_BADLOGIN, DOOR_BYE
};

#define DOOR_CLEARTEXT	1u

struct door_client {
	const char	*address;	/* numeric, v4 or v6 */
	const char	*listener;	/* service: smtp, submission, pop3 … */
	uint32_t	 port;	/* of the client */
	uint32_t	 flags;	/* DOOR_CLEARTEXT: clear-text login allowed */
};
struct door_badlogin {
	const char	*login;
};
struct door_bye {
	uint64_t	 octets;	/* sent and received */
};

extern const struct wire	door_client, door_badlogin, door_bye;

#endif
