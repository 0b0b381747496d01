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
struct control;
struct destinations;
struct loop;
struct reporter;
struct settings;
struct timer;

/* The state of the program, passed down to each part. */
struct queue {
	struct loop		*loop;
	struct settings		*settings;
	struct dues		 dues;
	struct entries		 entries;
	struct jobs		 jobs;
	struct states		 states;
	struct generations	 generations;	/* of the arrivals log */
	struct checkpoint	*checkpoint;
	struct bell		*bell;		/* inject is there, or NULL */
	struct place		 syncing;	/* expanded, not yet durable */
	struct entry_chain	 awaiting;	/* a sync at the next turn */
	struct entry_chain	 finished;	/* any sync */
	struct asker		*asker;
	struct destinations	*destinations;
	struct reporter		*reporter;
	struct control		*control;
	struct timer		*turn;		/* idle: a turn is wanted */
	struct timer		*late;		/* the same under load */
	struct timer		*lazy;		/* syncs done marks */
	struct timer		*alarm;		/* for the heap of dues */
	struct timer		*mend;		/* when the log is ill */
	enum states_health	 log_health;	/* what mend knows of */
	struct timer		*rescan;	/* new, when it could not be
						 * taken in */
	bool			 turn_wanted;
	bool			 lazy_set;
	bool			 ready;		/* the past has been read */
	bool			 recovered;	/* in this run */
	bool			 stopping;
};

/*
 * A turn follows: what was recorded is written and synced as needed, what
 * waited for that goes on, and work is handed out.  Any number of calls
 * before it make one turn; so batches form by themselves.
 */
void	queue_want_turn(struct queue *);

/* Whether new work may be begun: not while stopping or the log is ill. */
bool	queue_may_start(const struct queue *);

/* Seconds of the wall clock. */
uint64_t queue_time(void);

#endif
