#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "roll.h"

struct entry;
struct kept;

/*
 * Which recipients of a roll a message does not have yet.  A recipient that
 * was sent on to others (RCPT_FORWARDED) does not count: leaving out a second
 * way to it could end in a ring of addresses that all lean on each other and
 * deliver nothing.
 */
struct known {
	struct roll	 roll;		/* those that are new */
	struct kept	**fates;	/* of them, or NULL */
};

/* fates may be NULL; they stay the caller's.  0, or -1 with errno ENOMEM and
 * nothing to free. */
int	known_filter(struct known *, const struct entry *,
	    const struct roll *, struct kept *const *fates);
void	known_free(struct known *);

/* Whether two addresses are the same mailbox for us: the local part byte by
 * byte, the domain without case [RFC5321 2.4]. */
bool	address_same(const char *, const char *);

#endif
