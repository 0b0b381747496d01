#ifndef ARRIVALS_READ_H
#define ARRIVALS_READ_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"

/*
 * Reads one segment of the arrivals log, record by record, in memory that
 * does not depend on it.  What ends a segment is the first record that is not
 * whole, of another generation, or out of sequence: behind it may stand what
 * an earlier use of the file left.
 */
struct arrivals_reader {
	int		 fd;		/* the caller's */
	off_t		 at;		/* behind the last good record */
	uint64_t	 generation;	/* of its first record; 0: none */
	uint64_t	 sequence;	/* the one that must come */
};

struct arrivals_record {
	struct arrivals_head head;
	off_t		 at;		/* of what follows the head */
	struct arrivals_cut cut;	/* of an ARRIVALS_CUT */
};

void	arrivals_reader_init(struct arrivals_reader *, int fd);

/* 1 and the next record, its contents checked; 0 at the end; -1 with errno
 * of pread(2) or ENOMEM. */
int	arrivals_next(struct arrivals_reader *, struct arrivals_record *);

/*
 * After the end: how many whole records of this generation stand further
 * behind, with a gap in front.  What crashes leave has few of them, or none.
 * -1 with errno.
 */
int	arrivals_beyond(const struct arrivals_reader *, uint64_t *count);

#endif
