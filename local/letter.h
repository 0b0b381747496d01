#ifndef LETTER_H
#define LETTER_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "limits.h"

#define LETTER_ADDRESS	(2 * LIMIT_ADDRESS)

/* The message in hand, as the queue described it. */
struct letter {
	int		fd;			/* its file in the queue */
	off_t		offset;			/* where the body begins */
	uint64_t	size;			/* bytes of the body, CRLF */
	bool		again;			/* may be a repeat */
	bool		anew;			/* placed, and a sync failed */
	bool		settle;			/* it may wait for others */
	uint64_t	arrival;		/* seconds since the epoch */
	char		id[LIMIT_ID + 1];
	char		reverse[LETTER_ADDRESS];
	char		hostname[LIMIT_DOMAIN + 1];
};

/* The recipient in hand. */
struct letter_rcpt {
	const char	*address;
	const char	*extension;
};

#endif
