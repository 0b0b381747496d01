#ifndef GUESTS_H
#define GUESTS_H

#include <sys/types.h>
#include <sys/queue.h>
#include <stddef.h>
#include <stdint.h>

#include "apart.h"

struct sockaddr;

/*
 * How many connections each client has, by the name he is counted by.
 */
#define GUEST_NAME	64
#define GUEST_SLOTS	4096		/* a power of two */

struct guest {
	LIST_ENTRY(guest) next;
	unsigned	 count;		/* of his connections */
	char		 name[GUEST_NAME];
};

struct guests {
	struct apart_pool pool;
	uint64_t	 seed;		/* nobody outside can know it */
	LIST_HEAD(, guest) slots[GUEST_SLOTS];
};

/* Room for so many different ones; before the jail, in zeroed memory. */
void	guests_init(struct guests *, size_t max);

/*
 * One more connection of that client, or NULL with errno: EUSERS when he has
 * `each` already, ENOBUFS when there is no room for another client.
 */
struct guest	*guests_enter(struct guests *, const char *name, size_t each);
/* One less; the guest may be gone then. */
void	guests_leave(struct guests *, struct guest *);

/*
 * The name a client is counted by: an IPv4 address, an IPv6 network of 64
 * bits (whoever has one has them all), or, on a local socket, "uid N".
 */
void	guest_name(char name[GUEST_NAME], const struct sockaddr *, int fd);

/* The numeric address ("" on a local socket) and the port of a client. */
unsigned	guest_address(const struct sockaddr *, char *text,
		    size_t size);

#endif
