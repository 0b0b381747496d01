#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>

#include "limits.h"

/* The message ids in a folder, oldest first. */
struct names {
	char	(*ids)[LIMIT_ID + 1];
	size_t	  count, room;
};

/* Reads a folder; other names are left out.  0, or -1 with errno, and then
 * what could be read is there. */
int	names_read(struct names *, int folder);
void	names_free(struct names *);

#endif
