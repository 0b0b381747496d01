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

struct destination {
	struct hash_link	 link;	/* first: found by its name */
	struct due		 due;	/* the end of its rest */
	struct place		 place;
	TAILQ_ENTRY(destination) ring;	/* … of those that could start */
	bool			 in_ring;
	bool			 stalled; /* … but aside, until others are
					 * settled */
	bool			 held;	/* being served: it must stay */
	bool			 resting; /* after trouble; costs nothing */
	bool			 probing; /* one attempt tells: is it over? */
	enum start_kind		 kind;
	struct window		 window;
	uint32_t		 workers; /* that are not on their way out */
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
	TAILQ_HEAD(, destination) rings[START_KINDS];
	TAILQ_HEAD(, destination) stalled;
	uint32_t		 turn;	/* whose ring is first */
	struct workers		*workers;
};

struct destinations	*destinations_new(struct queue *);

/* The recipient waits for this destination. */
void	destinations_add(struct destinations *, const char *name,
	    struct rcpt *);
/* Hands waiting recipients to workers and starts workers. */
void	destinations_pump(struct destinations *);
/* The lifetime of a message is over: it has the next turn everywhere. */
void	destinations_expired(struct destinations *, struct entry *);
/* An administrator says: no rest for this one (NULL: for none). */
void	destinations_wake(struct destinations *, struct destination *);
/* The destination a recipient in RCPT_WAITING waits for. */
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
