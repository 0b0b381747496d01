#ifndef REACH_H
#define REACH_H

#include "verbs.h"

/*
 * The client's end of an edge whose server may come and go: connects at
 * once and, when that fails or the connection ends, again and again.
 */
struct loop;
struct peer;

struct reach_type {
	const char		*path;		/* of the socket */
	const struct verb	*verbs;
	size_t			 count;
	unsigned		 state;
	void			(*up)(void *ctx);
	void			(*down)(void *ctx);	/* was up before */
};

struct reach;

/* Handlers of the table get the struct reach as their ctx. */
void		*reach_ctx(const struct reach *);

/* The type must outlive it.  The first up() comes from the loop. */
struct reach	*reach_new(struct loop *, const struct reach_type *, void *ctx);
/* The server, or NULL while it is away. */
struct peer	*reach_peer(const struct reach *);

#endif
