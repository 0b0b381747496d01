#ifndef SEATS_H
#define SEATS_H

#include <sys/types.h>
#include <sys/queue.h>
#include <stddef.h>

#include "apart.h"

struct guest;

#define SEAT_SLOTS	1024		/* a power of two */

/*
 * The acceptor's account of its session processes: who serves whom.
 */
struct seat {
	LIST_ENTRY(seat) next;
	pid_t		 pid;
	struct guest	*guest;		/* is served there */
};

struct seats {
	struct apart_pool pool;
	size_t		 count;		/* of those taken */
	LIST_HEAD(, seat) slots[SEAT_SLOTS];	/* by pid */
};

/* Room for so many; before the jail, in zeroed memory. */
void	seats_init(struct seats *, size_t max);

/* A free seat, not taken yet; NULL when there is none. */
struct seat	*seats_vacant(struct seats *);
/* It was not needed. */
void	seats_back(struct seats *, struct seat *);
void	seats_take(struct seats *, struct seat *, pid_t, struct guest *);

/* Asks all sessions to end. */
void	seats_signal(const struct seats *, int signo);

struct seat	*seats_find(const struct seats *, pid_t);
/* The session is gone. */
void	seats_leave(struct seats *, struct seat *);

#endif
