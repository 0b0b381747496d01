#ifndef SEEN_H
#define SEEN_H

#include <stddef.h>

/*
 * A set of strings that only grows: what an expansion has already answered.
 * All zero is the empty set.
 */
struct seen {
	char	**slots;	/* a power of two of them; NULL: free */
	size_t	  room;
	size_t	  count;
};

/* 1 when text is new (and now in the set), 0 when it was there already, -1
 * when memory is short. */
int	seen_add(struct seen *, const char *text);
void	seen_free(struct seen *);

#endif
