#ifndef REPLAY_H
#define REPLAY_H

#include <stdint.h>

#include "frame.h"
#include "roll.h"

#include "limits.h"

struct entries;
struct entry;
struct generations;

/*
 * Applies the records of the states log to the messages in memory, in the
 * order they were written.  A record of a message that has no file makes a
 * ghost (ENTRY_GHOST), which only FINISHED lays to rest.  No record is
 * trusted to fit: what contradicts what is known is counted and left out,
 * and so is what is about a message that is not of the past (ENTRY_PAST).
 * The time of a deferral is only noted in due.at, not set.
 */
struct replay {
	struct entries	*entries;
	struct generations *generations;	/* or NULL: not wanted */
	char		 id[LIMIT_ID + 1];	/* of what was ADDED last */
	uint32_t	 first;			/* index of the first of them */
	struct roll	 added;
	char		 boot[64];		/* the last one recorded */
	char		 stuck[64];		/* a boot without checkpoints */
	uint64_t	 odd;			/* records left out */
	/* A ghost that was laid to rest is about to be freed; may be NULL. */
	void		(*gone)(void *ctx, const struct entry *);
	void		*ctx;
};

void	replay_init(struct replay *, struct entries *);
void	replay_free(struct replay *);
/* For states_open(): ctx is the struct replay. */
void	replay_record(void *ctx, const struct frame *);

#endif
