#ifndef EXPANSION_H
#define EXPANSION_H

#include <stdbool.h>

#include "fate.h"
#include "who_client.h"

struct directory;
struct domains;

/*
 * An address taken apart into its leaves, one at a time, without duplicates
 * and without end: loops are cut, depth and members are limited by
 * LIMIT_ALIAS_DEPTH and LIMIT_ALIAS_MEMBERS.  Memory grows with the depth
 * and with the leaves already told, never with the size of a list, so that
 * asking for the first leaf of 100,000 is cheap.
 */
struct expansion;

enum leaf_kind { LEAF_MAILBOX, LEAF_RELAY, LEAF_NOBODY, LEAF_LATER };

/* The strings live until the next call. */
struct leaf {
	enum leaf_kind	 kind;
	const char	*address;	/* canonical */
	const char	*dest;		/* MAILBOX, RELAY */
	const char	*extension;	/* MAILBOX */
	bool		 has_reverse;	/* reverse replaces the reverse-path */
	const char	*reverse;
	const char	*origin;	/* the alias it came from, or "" */
	const char	*where;		/* the lines that decided */
	const struct fate *fate;	/* NOBODY, LATER */
};

enum expansion_step {
	EXPANSION_LEAF,		/* one more leaf */
	EXPANSION_ASK,		/* ask who about expansion_account() first */
	EXPANSION_END
};

/*
 * flags: RESOLVE_LEAF, RESOLVE_OUTSIDE, for the address itself (its members
 * may be anywhere).  sender: its reverse-path; a null one stays null.
 * NULL when memory is short.
 */
struct expansion *expansion_new(struct domains *, struct directory *,
		    const char *address, const char *sender, unsigned flags);
void		  expansion_free(struct expansion *);	/* NULL is allowed */

enum expansion_step expansion_next(struct expansion *, struct leaf *);
const char	 *expansion_account(const struct expansion *);
void		  expansion_answer(struct expansion *, enum who_answer);

#endif
