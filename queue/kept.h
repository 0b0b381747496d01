#ifndef KEPT_H
#define KEPT_H

#include <stdint.h>

#include "fate.h"

/*
 * A fate as it is kept in memory while a recipient waits: packed, because a
 * million may wait.  Of a deferral at most KEPT_TEXT bytes of text are kept.
 */
#define KEPT_TEXT	160

struct kept {
	uint32_t	last;		/* when, seconds since the epoch */
	uint16_t	code;
	char		text[];		/* status, text, peer, each with NUL */
};

/* NULL when memory is short: the fate is then only in the log. */
struct kept	*kept_new(const struct fate *, const char *peer,
		    uint64_t last);
/* Without one (NULL): "not tried yet". */
void		 kept_fate(const struct kept *, struct fate *);
const char	*kept_peer(const struct kept *);

#endif
