#ifndef JAIL_PARTS_H
#define JAIL_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jail.h"

/*
 * What the files of the jail share; nobody else includes this.  Every part
 * ends the program when the system refuses it.
 */
struct jail {
	const struct card	*card;
	struct jail_filter	*filter;	/* the system's, or NULL */
};

/* The words of some of enum may, each with a blank before it. */
void	jail_words(unsigned may, char *, size_t n);

/* --- the system's half: jail-SYSTEM.c ----------------------------------- */

/* Makes and frees what is made once: jail->filter. */
void	jail_build(struct jail *);
void	jail_unbuild(struct jail *);

/* Everything but the last lock: limits, root, privileges, folders. */
void	jail_walls(const struct jail *);

/*
 * The last lock.  In a rehearsal what is forbidden may come back as SIGSYS
 * instead of killing, where the system can do that: it makes probing cheap.
 */
void	jail_shut(const struct jail *, bool rehearsal);

/* --- the self-test: jail_probe.c ---------------------------------------- */

/* Rehearses in a child; ends the program if anything forbidden works. */
void	jail_probe(const struct jail *);

struct rehearsal {
	const struct card	*card;
	int		 outside;	/* "/" as it was before the walls */
	bool		 listed;	/* it could be read then */
	volatile int	*caught;	/* set by SIGSYS */
};

/* An attempt at something forbidden; `what` completes "it could …". */
struct attempt {
	const char	*what;
	unsigned	 unless;	/* of enum may: then it is allowed */
	bool		(*works)(const struct rehearsal *);
};

/* Lists end with what == NULL.  The system's attempts: within the walls, but
 * before the lock; and behind the lock. */
extern const struct attempt	jail_attempts_walls[];
extern const struct attempt	jail_attempts_locked[];

/* Does the real lock, not that of a rehearsal, hold?  NULL, or what it let
 * happen. */
const char	*jail_probe_lock(const struct jail *);

/* --- Linux --------------------------------------------------------------- */

/* One permitted call: some bits of up to three arguments must have a value. */
struct jail_arg {
	unsigned	 number;
	uint32_t	 mask;
	uint32_t	 value;
};

struct jail_call {
	const char	*name;
	unsigned	 may;		/* cards with one of these, 0: all */
	unsigned	 use;		/* and a folder with one of these */
	unsigned	 without;	/* but not those with one of these,
					 * unless they have MAY_JAIL */
	const char	*lacking;	/* only where this call is lacking */
	unsigned	 args;
	struct jail_arg	 arg[3];
};

/* Calls that libraries try and can do without: they get an error. */
struct jail_refused {
	const char	*name;
	int		 error;
};

extern const struct jail_call		jail_call_rows[];
extern const size_t			jail_call_count;
extern const struct jail_refused	jail_refused_rows[];
extern const size_t			jail_refused_count;

/* Is the row for this card, on this processor? */
bool	jail_call_applies(const struct jail_call *, const struct card *);
/* Is any row of that name? */
bool	jail_call_allowed(const struct card *, const char *name);

struct jail_filter *jail_filter_build(const struct card *);
void	jail_filter_free(struct jail_filter *);
void	jail_filter_load(const struct jail_filter *, bool rehearsal);

/* Restricts to the card's folders. */
void	jail_landlock(const struct card *);

/* A build with sanitizers: its runtime needs more, see the file. */
bool	jail_sanitized(void);
extern const char *const	jail_sanitizer_calls[];

#endif
