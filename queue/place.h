#ifndef PLACE_H
#define PLACE_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

struct entry;
struct rcpt;

/*
 * A place where recipients wait for the same thing: for alias, for a sync,
 * for a worker of one destination.  They wait in jobs, one for each message,
 * so that a list of a hundred thousand takes its turn among single messages.
 */
TAILQ_HEAD(job_list, job);

struct place {
	struct job_list	jobs;		/* in the order of their turns */
	uint32_t	count;		/* recipients */
	bool		gathers;	/* see place_init_gathering() */
};

struct job_key {
	struct entry	*entry;
	struct place	*place;
};

struct job {
	struct hash_link	 link;	/* first: found by its key */
	struct job_key		 key;
	TAILQ_ENTRY(job)	 turn;
	struct rcpt		*last;	/* of a ring: its next is the first */
	uint32_t		 count;
};

/* All jobs of all places. */
struct jobs {
	struct hash	by_key;
};

/* 0, or -1 with errno ENOMEM. */
int	jobs_init(struct jobs *);
void	place_init(struct place *);
/* A place where recipients wait for others of their message: its jobs stand
 * in the list `coming` of their messages instead, and nobody takes turns. */
void	place_init_gathering(struct place *);

/* The recipient waits here.  0, or -1 with errno ENOMEM. */
int	place_add(struct jobs *, struct place *, struct rcpt *);

/*
 * Takes up to n recipients of the job whose turn it is, all with the same
 * reverse-path; the rest of the job goes behind the others.  Their number.
 */
uint32_t place_take(struct jobs *, struct place *, struct rcpt **, uint32_t n);

/* This job has the next turn. */
void	job_first(struct job *);
/* The job is dissolved; its recipients wait no more.  The first of them,
 * linked by next. */
struct rcpt	*job_dissolve(struct jobs *, struct job *);
/* The job of a message at a place, or NULL. */
struct job	*job_find(const struct jobs *, struct entry *, struct place *);

#endif
