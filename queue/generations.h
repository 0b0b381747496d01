#ifndef GENERATIONS_H
#define GENERATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"
#include "str.h"

/*
 * What queue knows of the generations of the arrivals log: which are live (a
 * power cut would have them read again), which of those are over, and which
 * messages in them are finished.  While a generation is live the finished
 * marks of its messages must stay in the states log, or recovery would bring
 * them back.  Only bookkeeping; nothing here touches a disk.
 */
struct generations {
	uint64_t	low;		/* the first live one, at least 1 */
	uint64_t	newest;		/* the highest one known; 0: none */
	uint64_t	complete;	/* nothing more will come up to it */
	char		since[LIMIT_ID + 1]; /* newest id when low was set */
	bool		stuck;		/* nothing is freed in this boot */
	struct str	finished[ARRIVALS_SEGMENTS]; /* ids with NULs */
};

void	generations_init(struct generations *);
void	generations_free(struct generations *);

/*
 * What is known of the past: low from the states log (kept if it is higher
 * than what was), newest from the segments.  A live one has a segment, so no
 * more than the last ARRIVALS_SEGMENTS are.
 */
void	generations_low(struct generations *, uint64_t low,
	    const char *since);
void	generations_newest(struct generations *, uint64_t newest);

/* Everything up to this one is complete. */
void	generations_complete(struct generations *, uint64_t generation);
/* How many are complete and not free. */
unsigned generations_waiting(const struct generations *);
/* Up to this one they are free: their marks may go. */
void	generations_freed(struct generations *, uint64_t generation,
	    const char *since);

/*
 * A message is finished.  generation: where it was rung for; 0: nowhere, so
 * its mark may go with its file; GENERATION_UNKNOWN: found in a folder.
 * -1 with ENOMEM: the mark would be lost.
 */
#define GENERATION_UNKNOWN	UINT64_MAX
int	generations_finished(struct generations *, uint64_t generation,
	    const char *id);

/* A walk over the ids whose marks must stay: NULL at its end.  Begin with
 * {0, 0}; ids may be added and generations freed meanwhile. */
struct finished_walk {
	unsigned	place;
	size_t		at;
};
const char *generations_next(const struct generations *,
	    struct finished_walk *);

#endif
