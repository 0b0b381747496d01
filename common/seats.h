#ifndef SEATS_H
#define SEATS_H

#include <sys/types.h>
#include <sys/queue.h>
#include <stddef.h>

#include "apart.h"
#include "hash.h"

struct guest;

/*
 * The acceptor's account of its session processes: who serves whom.
 */
struct seat {
	struct hash_link link;		/* first: see hash.h */
	TAILQ_ENTRY(seat) next;
	pid_t		 pid;
	struct guest	*guest;		/* is served there */
};

struct seats {
	struct apart_pool pool;
	struct hash	 by_pid;
	TAILQ_HEAD(, seat) taken;
	size_t		 count;		/* of those taken */
};

/* Room for so many; before the jail. */
void	seats_init(struct seats *, size_t max);

/* A free seat, not taken yet; NULL when there is none. */
struct seat	*seats_vacant(struct seats *);
/* It was not needed. */
void	seats_back(struct seats *, struct seat *);
void	seats_take(struct seats *, struct seat *, pid_t, struct guest *);

struct seat	*seats_find(struct seats *, pid_t);
/* The session is gone. */
void	seats_leave(struct seats *, struct seat *);

#endif
