#ifndef RELAY_SERVER_H
#define RELAY_SERVER_H

struct fate;
struct mailbox;

/*
 * Serves one session on the socket: lists the maildrop, then answers the
 * verbs of wire_relay.h until COMMIT, the end of the session, or SIGTERM.
 * Nothing is removed but by COMMIT.
 */
void	relay_serve(int sock, struct mailbox *);

/* Says on the socket why there is nothing to serve. */
void	relay_refuse(int sock, const struct fate *);

#endif
