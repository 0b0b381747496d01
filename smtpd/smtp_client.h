#ifndef SMTP_CLIENT_H
#define SMTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

struct door_client;
struct settings;

/* Who is at the other end of a session. */
struct smtp_client {
	char		address[64];	/* numeric; "" for a local program */
	char		listener[32];	/* the service it came in by */
	uint32_t	port;
	bool		may_relay;	/* to anywhere, without a login */
};

/* From what the acceptor says and the setting relay-from. */
void	smtp_client_init(struct smtp_client *, const struct door_client *,
	    const struct settings *);

/* Whether ADDRESS[/BITS] holds the numeric address. */
bool	net_holds(const char *net, const char *address);

#endif
