#ifndef HOSTS_H
#define HOSTS_H

#include <stddef.h>

#include "dest.h"
#include "fate.h"

/*
 * Where a destination is: the addresses to try, best first [RFC5321 5.1].
 */
#define HOSTS_MAX	64

struct host {
	char		name[LIMIT_DOMAIN + 1];	/* "" for an address literal */
	char		address[64];	/* numeric; "" for a Unix socket */
	unsigned	port;
};

struct hosts {
	size_t		count;
	struct host	host[HOSTS_MAX];
};

/*
 * Finds the hosts of a destination; own: our host name, which is never an
 * answer.  0, or -1 with *why: FATE_FAIL when there is surely no way there
 * (no such domain, null MX [RFC7505], only ourselves), FATE_DEFER when that
 * is not known now.
 */
int	hosts_find(struct hosts *, const struct dest *, const char *own,
	    struct fate *why);

#endif
