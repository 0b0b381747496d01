#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"

/*
 * The arrivals log [malote-queue(5)]: what its writer (inject) and its reader
 * (queue, after a power cut) share.  ARRIVALS_SEGMENTS files of one size are
 * used in turn for ever; the one of generation g is arrivals.(g mod 8).  In
 * it stand records, one behind the other: a head and what belongs to it.
 */
#define ARRIVALS_SEGMENTS	8
#define ARRIVALS_NAME		16	/* "arrivals.N" */
#define ARRIVALS_HEAD		64	/* bytes of a head */
#define ARRIVALS_CUT_SIZE	16	/* bytes behind the head of a cut */

enum arrivals_type {
	ARRIVALS_MESSAGE,	/* the whole message file follows */
	ARRIVALS_CUT,		/* a struct arrivals_cut follows */
	ARRIVALS_VOID		/* this message was refused after all */
};

struct arrivals_head {
	enum arrivals_type type;
	uint64_t	 generation;	/* from 1 on, never repeated */
	uint64_t	 sequence;	/* + 1 from record to record; begins
					 * anywhere in each generation */
	uint32_t	 length;	/* of what follows */
	uint32_t	 crc;		/* CRC-32C of it */
	char		 id[LIMIT_ID + 1];	/* "" in a cut */
};

/* Of this generation nothing behind this sequence was ever promised. */
struct arrivals_cut {
	uint64_t	 generation;
	uint64_t	 sequence;
};

void	arrivals_name(char name[ARRIVALS_NAME], uint64_t generation);

void	arrivals_put_head(unsigned char to[ARRIVALS_HEAD],
	    const struct arrivals_head *);
/* False when it is not a head, or not a whole one. */
bool	arrivals_get_head(const unsigned char from[ARRIVALS_HEAD],
	    struct arrivals_head *);

void	arrivals_put_cut(unsigned char to[ARRIVALS_CUT_SIZE],
	    const struct arrivals_cut *);
void	arrivals_get_cut(const unsigned char from[ARRIVALS_CUT_SIZE],
	    struct arrivals_cut *);

/*
 * The first head of the segment in this place (0 … 7) of an open folder, and
 * the size of the file: true when there is a whole one.  What is missing or
 * cannot be read has none, and size 0.
 */
bool	arrivals_first(int folder, unsigned place, struct arrivals_head *,
	    uint64_t *size);

#endif
