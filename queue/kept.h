#ifndef KEPT_H
#define KEPT_H

#include <stdint.h>

#include "fate.h"

#include "hash.h"

/*
 * A fate as it is kept in memory while a recipient waits: packed, and shared
 * by all that heard the same, because a million may wait for one next hop.
 * Of a deferral at most KEPT_TEXT bytes of text are kept.
 */
#define KEPT_TEXT	160

struct kept {
	struct hash_link link;		/* first: found by what it says */
	uint32_t	users;		/* recipients; 0: of its maker alone */
	uint16_t	code;
	char		text[];		/* status, text, peer, each with NUL */
};

/* All that are shared. */
struct kepts {
	struct hash	by_text;
};

/* 0, or -1 with errno ENOMEM. */
int		 kepts_init(struct kepts *);

/* One of its own, to be freed with free(3).  NULL when memory is short: the
 * fate is then only in the log. */
struct kept	*kept_new(const struct fate *, const char *peer);

/* Takes over k (NULL is allowed) and returns the one of all recipients that
 * says the same, to be given back with kept_release(). */
struct kept	*kept_share(struct kepts *, struct kept *k);
void		 kept_release(struct kepts *, struct kept *);

/* Without one (NULL): "not tried yet". */
void		 kept_fate(const struct kept *, struct fate *);
const char	*kept_peer(const struct kept *);

#endif
