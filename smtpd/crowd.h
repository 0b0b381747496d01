#ifndef CROWD_H
#define CROWD_H

#include <sys/types.h>
#include <stddef.h>

struct sockaddr;

/*
 * The acceptor's account of its session processes: who waits at the door, who
 * serves whom.
 */
#define CROWD_WHO	64

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
	char		 who[CROWD_WHO]; /* the client counted, see below */
};

struct crowd {
	struct seat	*seats;
	size_t		 size;
};

void	crowd_init(struct crowd *);
/* Gives its memory back; a session forgets the others this way. */
void	crowd_free(struct crowd *);

/* A free seat; makes room when there is none.  NULL: out of memory. */
struct seat	*crowd_free_seat(struct crowd *);
/* Any seat in that state, or NULL. */
struct seat	*crowd_find(struct crowd *, enum seat_state);
struct seat	*crowd_find_pid(struct crowd *, pid_t);

size_t	crowd_count(const struct crowd *, enum seat_state);
/* Busy seats of one client. */
size_t	crowd_count_who(const struct crowd *, const char *who);

/*
 * The name a client is counted by: an IPv4 address, an IPv6 network of 64
 * bits (whoever has one has them all), or, on a local socket, "uid N".
 */
void	crowd_who(char who[CROWD_WHO], const struct sockaddr *, int fd);

/* The numeric address ("" on a local socket) and the port of a client. */
unsigned	crowd_address(const struct sockaddr *, char *text,
		    size_t size);

#endif
