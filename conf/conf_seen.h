#ifndef CONF_SEEN_H
#define CONF_SEEN_H

#include <stddef.h>
#include <stdint.h>

/* Names that were seen before, and on which line: finds duplicates. */
struct seen_name;
struct seen {
	struct seen_name	**heads;	/* chains, a power of two */
	size_t			 room;
	size_t			 count;
	uint32_t		 seed;
};

void		seen_init(struct seen *);
void		seen_free(struct seen *);
/*
 * Remembers name as seen on line (> 0).  0, or the line on which it stood
 * before.  Out of memory is die_temp().
 */
unsigned	seen_add(struct seen *, const char *name, unsigned line);

#endif
