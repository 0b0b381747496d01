#ifndef DESTINATION_H
#define DESTINATION_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "due.h"
#include "hash.h"
#include "place.h"
#include "schedule.h"

struct entry;
struct fate;
struct kept;
struct queue;
struct rcpt;
struct starter;
struct worker;
struct workers;

/*
 * Destinations [DESIGN 6]: a mailbox or a next hop, with the recipients that
 * wait for it and the workers that serve it.
 */

/* Who starts its workers. */
enum start_kind { START_BY_BECOME, START_BY_LOCAL, START_BY_REMOTE,
	START_KINDS };

/* Destinations that take turns. */
struct ring {
	TAILQ_HEAD(, destination) all;
	uint32_t		 count;
};

struct destination {
	struct hash_link	 link;	/* first: found by its name */
	struct due		 due;	/* the end of its rest */
	struct place		 place;
	struct place		 coming; /* … not yet: see destination_add() */
	TAILQ_ENTRY(destination) turn;
	struct ring		*ring;	/* it stands in, or NULL */
	uint32_t		 users;	/* of destinations_get(): it stays */
	bool			 resting; /* after trouble; costs nothing */
	bool			 probing; /* one attempt tells: is it over? */
	enum start_kind		 kind;
	struct window		 window;
	uint32_t		 workers; /* whose processes are not gone */
	uint32_t		 busy;	/* … of them that have a batch */
	uint32_t		 flying; /* deliveries not yet durable */
	uint64_t		 device; /* of its mailbox; 0: not known */
	TAILQ_HEAD(, worker)	 idle;
	struct kept		*trouble; /* the last, or NULL */
	char			 name[];
};

struct destinations {
	struct queue		*q;
	struct hash		 by_name;
	struct ring		 ready;	/* work, and a worker that is idle */
	struct ring		 rings[START_KINDS];	/* … to be started */
	struct ring		 stalled; /* until others are settled */
	uint32_t		 turn;	/* whose ring is first */
	struct workers		*workers;
};

struct destinations	*destinations_new(struct queue *);

/*
 * The destination of this name, to be given back by destination_put(); NULL
 * with errno: ENOMEM, or EINVAL when there is no such kind.
 */
struct destination	*destinations_get(struct destinations *,
			    const char *name);
void	destination_put(struct destinations *, struct destination *);

/*
 * The recipient shall go there: as soon as its record is durable and alias
 * has answered for all of its message, so that recipients of one message
 * leave together; full batches do not wait for others.
 */
void	destination_add(struct destinations *, struct destination *,
	    struct rcpt *);
/* No more are to come for a while: those of this message may go. */
void	destinations_gathered(struct destinations *, struct entry *);

/* Hands waiting recipients to workers and starts workers. */
void	destinations_pump(struct destinations *);
/* How many wait for a worker to be started. */
uint32_t destinations_starting(const struct destinations *);
/* The lifetime of a message is over: it has the next turn everywhere. */
void	destinations_expired(struct destinations *, struct entry *);
/* An administrator says: no rest for this one (NULL: for none). */
void	destinations_wake(struct destinations *, struct destination *);
/* The destination a recipient waits for; NULL: for something else. */
struct destination	*destination_of(const struct rcpt *);
struct destination	*destination_of_due(struct due *);

/* --- from the workers ------------------------------------------------- */

/* Something changed: there may be work to hand out, or nothing left. */
void	destination_touch(struct destinations *, struct destination *);
/* The next hop as a whole cannot be reached [RFC5321 4.5.4.1]. */
void	destination_trouble(struct destinations *, struct destination *,
	    const struct fate *, const char *peer);
/* Those that waited for others to be settled may go on. */
void	destinations_eased(struct destinations *);
/* A batch went well. */
void	destination_reached(struct destination *);
/* The end of a rest. */
void	destination_due(struct destinations *, struct destination *);

#endif
