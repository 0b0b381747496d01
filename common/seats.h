#ifndef SEATS_H
#define SEATS_H

#include <sys/types.h>
#include <stddef.h>

struct sockaddr;

/*
 * The acceptor's account of its session processes: who waits at the door, who
 * serves whom.
 */
#define SEATS_WHO	64

enum seat_state {
	SEAT_FREE,
	SEAT_SPARE,	/* waits at the door */
	SEAT_BUSY,	/* serves a client */
	SEAT_LEAVING	/* a spare that was sent home */
};

struct seat {
	enum seat_state	 state;
	pid_t		 pid;
	int		 door;		/* our end; -1 once it is BUSY */
	char		 who[SEATS_WHO]; /* the client counted, see below */
};

struct seats {
	struct seat	*all;
	size_t		 size;
};

void	seats_init(struct seats *);
/* Gives the memory back, and forgets everybody. */
void	seats_free(struct seats *);

/* A free seat; makes room when there is none.  NULL: out of memory. */
struct seat	*seats_vacant(struct seats *);
/* Any seat in that state, or NULL. */
struct seat	*seats_find(struct seats *, enum seat_state);
struct seat	*seats_find_pid(struct seats *, pid_t);

size_t	seats_count(const struct seats *, enum seat_state);
/* Busy seats of one client. */
size_t	seats_count_who(const struct seats *, const char *who);

/*
 * The name a client is counted by: an IPv4 address, an IPv6 network of 64
 * bits (whoever has one has them all), or, on a local socket, "uid N".
 */
void	seats_who(char who[SEATS_WHO], const struct sockaddr *, int fd);

/* The numeric address ("" on a local socket) and the port of a client. */
unsigned	seats_address(const struct sockaddr *, char *text,
		    size_t size);

#endif
