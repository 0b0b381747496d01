#ifndef LIFE_H
#define LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "fate.h"

struct destination;
struct entry;
struct kept;
struct queue;
struct rcpt;
struct roll;

/*
 * The life of a recipient and of its message: the only functions that change
 * a state, and each writes what it does into the states log.  A recipient
 * given to them must be in no job.
 */

/* What came of an attempt, and where (each "" when it is not known). */
struct outcome {
	const struct fate	*fate;
	const char		*dest;	/* destination, see dest.h */
	const char		*peer;	/* next hop, or file delivered to */
};

/* How soon a deferral is tried again, in seconds, at the latest; 0: as the
 * setting `retry` says. */
enum { SOON_ALIAS = 60, SOON_WORKER = 5, SOON_MEMORY = 10 };

/* It shall be tried: alias is asked where it goes today. */
void	life_ask(struct queue *, struct rcpt *);
/* Delivered or relayed. */
void	life_done(struct queue *, struct rcpt *, const struct outcome *);
/* By the outcome's kind of fate: life_done, life_defer or life_fail. */
void	life_apply(struct queue *, struct rcpt *, const struct outcome *);
/* Not now; failed when its time is over [RFC5321 4.5.4.1]. */
void	life_defer(struct queue *, struct rcpt *, const struct outcome *,
	    unsigned soon);
void	life_fail(struct queue *, struct rcpt *, const struct outcome *);
/* A fate of our own for a recipient that waited for a destination whose
 * trouble this is, after the end of its lifetime. */
void	life_expire(struct queue *, struct rcpt *, const struct outcome *);
void	life_hold(struct queue *, struct rcpt *);
/* No memory for the next step: rests a moment, nothing is recorded. */
void	life_pause(struct queue *, struct rcpt *);
/* An administrator, or its timer, says: now. */
void	life_retry(struct queue *, struct rcpt *);

/*
 * What alias said of one member of a roll: why it fails at once, or where it
 * goes; both NULL: it is asked again.
 */
struct way {
	struct kept		*fate;
	struct destination	*dest;
};

/*
 * The recipients of the roll take the place of this one; those the message
 * has already are left out.  ways: one for each of the roll, or NULL.
 * pure: no copy stayed at the parent.
 */
struct expansion {
	const struct roll	*roll;
	const struct way	*ways;
	bool			 forward;	/* by a mailbox, not by alias */
	bool			 pure;
};

void	life_expand(struct queue *, struct rcpt *, const struct expansion *);

/* --- messages --------------------------------------------------------- */

/* All recipients go where their states say. */
void	life_start(struct queue *, struct entry *);
/* Looks whether failures are to be reported, or all is over. */
void	life_check(struct queue *, struct entry *);
/* Its next step waits for a sync. */
void	life_want_sync(struct queue *, struct entry *);
/* The sync was; it is in no list any more. */
void	life_synced(struct queue *, struct entry *);
/* The finished mark is durable: the file goes, and the message. */
void	life_bury(struct queue *, struct entry *);
/* The timer of the message. */
void	life_entry_due(struct queue *, struct entry *);
void	life_set_timer(struct queue *, struct entry *);
/* No report, no further attempt. */
void	life_remove(struct queue *, struct entry *);
/* The file is missing or cannot be read any more. */
void	life_damaged(struct queue *, struct entry *, const char *why);

#endif
