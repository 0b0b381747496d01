#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"

struct loop;
struct syncer;
struct timer;

/*
 * The files of the arrivals log, as inject keeps them: each is filled with
 * zeros and synced once, so that later a sync of data alone is enough, and
 * used again for ever.  Places are counted modulo ARRIVALS_SEGMENTS.
 */
struct segments {
	int		 folder;	/* the caller's */
	struct syncer	*syncer;
	struct timer	*slice;
	uint64_t	 size;		/* bytes each shall have; 0: no log */
	uint64_t	 made[ARRIVALS_SEGMENTS]; /* initialised bytes */
	bool		 spoilt[ARRIVALS_SEGMENTS];
	bool		 wanted[ARRIVALS_SEGMENTS];
	bool		 making;	/* the one in place `place` */
	unsigned	 place;
	int		 fd;
	uint64_t	 goal, at;
};

/*
 * Sees what earlier runs left; before the jail, the only time that inject
 * reads there.  syncer: for the syncs of what is made.
 */
void	segments_init(struct segments *, int folder, struct loop *,
	    struct syncer *);
/* Bytes of a segment from now on; 0: none is used. */
void	segments_resize(struct segments *, uint64_t size);

/* The segment of this generation may be overwritten: it is made ready in the
 * background, if it is not. */
void	segments_want(struct segments *, uint64_t generation);
bool	segments_ready(const struct segments *, uint64_t generation);
/* Opens it for writing from its beginning; -1 with errno. */
int	segments_open(struct segments *, uint64_t generation);
/* Never used again by this run. */
void	segments_spoil(struct segments *, uint64_t generation);

#endif
