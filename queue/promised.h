#ifndef PROMISED_H
#define PROMISED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arrivals.h"

/*
 * What the two logs say after a power cut: which messages were accepted by
 * the arrivals log, and which of them are over.  Bounded by the size of the
 * arrivals log.
 */
struct promise {
	struct arrivals_head head;
	uint64_t	 at;		/* of the message in its segment */
	uint8_t		 place;		/* of that */
	bool		 over;		/* finished, or never promised */
};

struct promised {
	int		 fds[ARRIVALS_SEGMENTS];	/* -1: none */
	struct promise	*all;		/* in the order of the log */
	struct promise	**by_id;
	size_t		 count, room;
	uint64_t	 low;		/* what is before is of no interest */
	uint64_t	 newest;	/* generation; 0: there is no log */
	char		 since[LIMIT_ID + 1];	/* newest id when low was set */
};

/*
 * Reads both logs.  Damage is told by events and read around.  0, or -1 with
 * errno: then nothing is known.
 */
int	promised_read(struct promised *, int arrivals, int log);
void	promised_free(struct promised *);

/* Whether any record names this message. */
bool	promised_has(const struct promised *, const char *id);

#endif
