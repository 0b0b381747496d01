#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "roll.h"

struct entry;

/*
 * Which recipients of a roll a message does not have yet.  A recipient that
 * was sent on to others (RCPT_FORWARDED) does not count: leaving out a second
 * way to it could end in a ring of addresses that all lean on each other and
 * deliver nothing.
 */
struct known {
	const struct roll *roll;	/* those that are new */
	struct roll	 some;		/* … when they are not all */
	uint32_t	*from;		/* places in the roll given */
};

/* 0, or -1 with errno ENOMEM and nothing to free. */
int	known_filter(struct known *, struct entry *, const struct roll *);
void	known_free(struct known *);

/*
 * The table of addresses stays with a message that has many recipients, so
 * that thousands of them may expand one after the other.  added: those from
 * index first on have joined; forget: to be called when no more expansions
 * are to be expected (the next one would make the table anew).
 */
void	known_added(struct entry *, uint32_t first);
void	known_forget(struct entry *);

/* Whether two addresses are the same mailbox for us: the local part byte by
 * byte, the domain without case [RFC5321 2.4]. */
bool	address_same(const char *, const char *);

#endif
