#ifndef CONF_NET_H
#define CONF_NET_H

#include <stdbool.h>

#include "limits.h"

/*
 * Addresses of the network, as they stand in malote.conf.  Everything is
 * numeric: names are looked up by `dns` alone.
 */
#define NET_ADDRESS	48	/* bytes of a canonical address, with NUL */

/* "192.0.2.1", "2001:db8::1": false when it is none. */
bool	net_address(const char *text, char canonical[NET_ADDRESS]);

/* "192.0.2.1:25", "[2001:db8::1]:25", "[192.0.2.1]:25". */
bool	net_endpoint(const char *text, char canonical[NET_ADDRESS],
	    unsigned *port);

/* HOST:PORT, where HOST may be a domain name too → "host:port". */
#define NET_HOST	(LIMIT_DOMAIN + 16)
bool	net_host(const char *text, char canonical[NET_HOST]);

/*
 * ADDRESS or ADDRESS/BITS → "ADDRESS/BITS".  NET_LOOSE: bits are set behind
 * the mask, and canonical holds what was probably meant.
 */
enum net_result { NET_OK, NET_WRONG, NET_LOOSE };
#define NET_NETWORK	(NET_ADDRESS + 8)
enum net_result	net_network(const char *text, char canonical[NET_NETWORK]);

#endif
