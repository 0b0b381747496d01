#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <stdint.h>

struct arrived_next;
struct checkpoint;
struct queue;
struct syncer;

/*
 * Queue's side of the arrivals log [malote-queue(5)]: it says which generation
 * inject may begin, and sets those free whose messages are durable without it:
 * each is finished, with its mark, or its file is, after one sync of the whole
 * file system.  That goes on in the background; nobody waits for it.
 */

/* syncer: for syncs that may take long.  Looks at the segments. */
struct checkpoint *checkpoint_new(struct queue *, struct syncer *);

/* Past and states log have been read: from now on something is set free. */
void	checkpoint_past_read(struct checkpoint *);

/* What a new connection of inject is to be told as NEXT, and as FREE. */
uint64_t checkpoint_next(struct checkpoint *);
uint64_t checkpoint_free(const struct checkpoint *);

/*
 * A connection that was told `next` rang for a message of this generation,
 * or says that its segment failed.  0, or -1 when that cannot be.
 */
int	checkpoint_heard(struct checkpoint *, uint64_t next,
	    uint64_t generation);
int	checkpoint_spoiled(struct checkpoint *, uint64_t generation);

#endif
