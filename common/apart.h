#ifndef APART_H
#define APART_H

#include <stddef.h>

/*
 * Memory that forked children do not get: what a parent knows of others is
 * no business of theirs, and pages that are not shared cost neither side a
 * copy.
 */

/* Zeroed pages, of which those never touched cost nothing; dies when there
 * are none.  To be called before a jail.  A child must not touch them. */
void	*apart_new(size_t bytes);

/* Things of one size, at most `max` of them, in such pages. */
struct apart_pool {
	char	*base;
	size_t	 size, max;
	size_t	 used;		/* were ever handed out */
	void	*vacant;	/* given back, each with the next in it */
};

/* size: of one, at least a pointer's; a multiple of its alignment. */
void	 apart_pool_init(struct apart_pool *, size_t size, size_t max);
/* NULL when all are taken.  The content is what it was. */
void	*apart_get(struct apart_pool *);
void	 apart_put(struct apart_pool *, void *);

#endif
