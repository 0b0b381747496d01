#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "due.h"
#include "entry.h"
#include "generations.h"
#include "place.h"
#include "states.h"

struct asker;
struct bell;
struct checkpoint;
struct compaction;
struct control;
struct destinations;
struct durable;
struct loop;
struct past;
struct reporter;
struct settings;
struct settler;
struct timer;

/* The state of the program, passed down to each part. */
struct queue {
	struct loop		*loop;
	struct settings		*settings;
	struct dues		 dues;		/* of all but recipients */
	struct dues		 retries;	/* of recipients */
	struct entries		 entries;
	struct jobs		 jobs;
	struct states		 states;
	struct durable		*durable;
	struct compaction	*compaction;
	struct past		*past;		/* until it has been read */
	struct generations	 generations;	/* of the arrivals log */
	struct checkpoint	*checkpoint;
	struct asker		*asker;
	struct destinations	*destinations;
	struct settler		*settler;
	struct reporter		*reporter;
	struct control		*control;
	struct bell		*bell;		/* inject is there, or NULL */
	struct timer		*turn;		/* idle: a turn is wanted */
	struct timer		*late;		/* the same under load */
	struct timer		*alarm;		/* for the heaps of dues */
	struct timer		*rescan;	/* new, when it could not be
						 * taken in */
	int64_t			 alarm_at;	/* it is set to, or INT64_MAX */
	bool			 turn_wanted;
	bool			 recovered;	/* in this run */
	bool			 stopping;
};

/*
 * A turn follows: what was recorded is written, a sync begun if somebody
 * waits for it, and work is handed out.  Any number of calls before it make
 * one turn; so batches form by themselves.
 */
void	queue_want_turn(struct queue *);

/* Whether new work may be begun: not while stopping or the log is ill. */
bool	queue_may_start(const struct queue *);

/* This message is about to be freed: whoever stands on it goes on. */
void	queue_entry_gone(struct queue *, const struct entry *);

/* Seconds of the wall clock. */
uint64_t queue_time(void);

#endif
