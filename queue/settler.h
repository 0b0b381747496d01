#ifndef SETTLER_H
#define SETTLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settling.h"

/*
 * Deliveries that were written and are not yet done, and the talk with settle
 * and with the workers about them.
 */
struct deliver_safe;
struct destination;
struct queue;
struct rcpt;
struct settler;
struct worker;

/* One of them. */
struct flight {
	struct unsettled	 unsettled;	/* first */
	struct worker		*worker;	/* NULL when it is placed */
	struct destination	*dest;
	struct rcpt		*rcpt;
	uint32_t		 token;		/* of the worker's */
	bool			 told;		/* PLACE: an answer comes */
	char			 peer[];	/* the file it will be */
};

struct settler	*settler_new(struct queue *);

/*
 * Whether a delivery to this destination may wait for a sync with others:
 * others: those that workers have in hand now.  One that is alone is done
 * soonest by its worker.
 */
bool	settler_may_wait(const struct settler *, const struct destination *,
	    size_t others);
/* Whether the destination has to wait until others are settled. */
bool	settler_is_full(const struct settler *, const struct destination *);
/* How many there are. */
size_t	settler_count(const struct settler *);

/* The worker said SAFE of this recipient.  0, or -1: that was nonsense. */
int	settler_safe(struct settler *, struct worker *, struct rcpt *,
	    const struct deliver_safe *);
/* … PLACED and SETTLED; they are handlers of the deliver edge. */
int	settler_got_placed(void *worker, const void *msg, int fd);
int	settler_got_settled(void *worker, const void *msg, int fd);
/* The worker is gone: what it had not placed is tried again. */
void	settler_forget(struct settler *, struct worker *);

#endif
