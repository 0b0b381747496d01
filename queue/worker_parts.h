#ifndef WORKER_PARTS_H
#define WORKER_PARTS_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "due.h"
#include "destination.h"
#include "roll.h"
#include "verbs.h"
#include "wire_deliver.h"
#include "worker.h"

/*
 * What worker.c (the deliver edge) and workers.c (slots, idle ones, timers)
 * and starter.c (the start edges) know of a worker; for nobody else.
 */
enum { WORKER_VERBS = 7 };

enum worker_state {
	WORKER_NEW,	/* in no list, nothing in hand */
	WORKER_BUSY,
	WORKER_IDLE,
	WORKER_LEAVING	/* its socket is closed; its process may still be */
};

struct worker {
	struct due		 due;	/* first: idle long enough, or EXITED
					 * without an end of the connection */
	struct workers		*all;
	struct destination	*dest;	/* NULL while leaving */
	struct destination	*left;	/* … whose window it still fills */
	enum start_kind		 kind;
	enum worker_state	 state;
	uint32_t		 tag;
	int64_t			 since;	/* its start, fd_now() */
	bool			 exited; /* its process is gone */
	bool			 failed;	/* TROUBLE came for it */
	struct peer		*peer;	/* NULL when closed */
	TAILQ_ENTRY(worker)	 idle;	/* of its destination */
	TAILQ_ENTRY(worker)	 oldest; /* of all idle ones */
	struct entry		*entry;	/* in hand, or NULL */
	struct roll		 forwards;
	uint32_t		 count;	/* recipients not yet answered */
	struct rcpt		*rcpts[BATCH_MAX];

	/* What it has written and not yet placed: the settler's. */
	uint32_t		 flying;
	struct flight		*flights[DELIVER_WINDOW];
	TAILQ_ENTRY(worker)	 telling;
	uint32_t		 place_count;
	unsigned char		 place[DELIVER_WINDOW];
};

struct workers {
	struct queue		*q;
	struct destinations	*ds;
	struct starter		*starter;
	struct bundle		*bundle; /* to build one in */
	struct worker		**slots;
	size_t			 room;	/* slots */
	size_t			 alive;
	size_t			 leaving; /* … of them on their way out */
	size_t			 delivering; /* mailboxes' busy ones */
	uint32_t		 starts;
	TAILQ_HEAD(, worker)	 idle;	/* longest idle first */
};

extern const struct verb	worker_verbs[WORKER_VERBS];

/*
 * Takes the next batch of its destination: the open message file, to be given
 * to worker_hand() or, when that cannot be, closed and worker_put_back()
 * called; or -1: there is nothing in hand.
 */
int	worker_load(struct worker *);
void	worker_hand(struct worker *, int fd);
void	worker_put_back(struct worker *);
/* This fate for all that is not yet answered. */
void	worker_fail_batch(struct worker *, const struct fate *,
	    const char *peer);
/* Idle, and not idle any more. */
void	worker_rest(struct worker *);
void	worker_unrest(struct worker *);
/* Nothing more for it; what it has in hand is deferred. */
void	worker_leave(struct worker *);
/* Closes its socket, which ends it. */
void	worker_close(struct worker *);
/* Frees it once both its connection and its process are gone. */
void	worker_check(struct worker *);
void	worker_exited(struct worker *);
/* Nobody knows what became of a recipient: it is tried again. */
void	worker_interrupted(struct queue *, const struct destination *,
	    struct rcpt *);
void	on_worker_closed(void *worker);

/* By the tag of a start edge; NULL when there is none. */
struct worker	*worker_find(const struct workers *, uint32_t tag);

#endif
