#ifndef TRANSACTION_H
#define TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fate.h"

#include "replies.h"

/*
 * One message for some recipients at one next hop, and what it said of each.
 * Short of memory for a fate: die_temp(), and queue defers what it has heard
 * nothing of.
 */
struct recipient {
	uint32_t	 index;
	bool		 accepted;	/* by RCPT; the end of data decides */
	char		*address;	/* its own */
	struct fate	*fate;	/* NULL: not decided; the transaction's `end`
				 * or its own */
};

struct transaction {
	const char		*reverse;	/* "" for the null path */
	int			 fd;		/* message file */
	uint64_t		 offset, size;
	bool			 eightbit;
	struct recipient	*rcpts;
	size_t			 count;
	struct fate		 end;	/* shared by all it decided */
};

/* A fate of the recipient's own: ours, or the next hop's. */
void	recipient_refuse(struct recipient *, unsigned code,
	    const char *status, const char *text);
void	recipient_decide(struct recipient *, const struct reply *);

/* One reply decides everybody who still waits for one. */
void	transaction_decide(struct transaction *, const struct reply *);
/* The sender's refusal: it is the cause of all that was said after it. */
void	transaction_undo(struct transaction *, const struct reply *mail);
/* Whether RCPT accepted anybody. */
bool	transaction_accepted(const struct transaction *);
/* How many have no fate yet. */
size_t	transaction_undecided(const struct transaction *);
/* Frees the recipients and what is theirs. */
void	transaction_free(struct transaction *);

#endif
