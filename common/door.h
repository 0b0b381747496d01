#ifndef DOOR_H
#define DOOR_H

#include <sys/types.h>
#include <sys/queue.h>
#include <stddef.h>
#include <stdint.h>

#include "apart.h"
#include "loop.h"

struct guest;

/*
 * The door: clients who are connected and were greeted, and have not said
 * anything yet.  Each costs a few hundred bytes and no process.  Nothing is
 * read from them: that they speak, or leave, shows on their socket.
 */
struct visitor {
	TAILQ_ENTRY(visitor) next;
	struct door	*door;
	struct watch	 watch;
	struct guest	*guest;
	int64_t		 since;		/* of fd_now() */
	int		 fd;
	unsigned	 flags;		/* of struct door_client */
	unsigned	 port;
	const char	*listener;
	char		 address[46];	/* the longest one of IPv6 */
};

struct door {
	struct apart_pool pool;
	TAILQ_HEAD(visitors, visitor) visitors;	/* oldest first */
	size_t		 count;
	struct loop	*loop;
	struct timer	*timer;		/* of the oldest */
	int64_t		 patience;	/* milliseconds */
	/* He speaks, or has gone: door_leave() is to be called. */
	void		(*spoke)(void *ctx, struct visitor *);
	/* He has said nothing for `patience`: likewise. */
	void		(*silent)(void *ctx, struct visitor *);
	void		*ctx;
};

/* The pool for so many visitors; before the jail.  The caller fills in the
 * callbacks, ctx and patience. */
void	door_init(struct door *, struct loop *, size_t max);

/* A visitor to be filled in (fd to guest, but since) and let in by
 * door_enter(); NULL when there is no room for another. */
struct visitor	*door_vacant(struct door *);
void	door_enter(struct door *, struct visitor *);

/* He is not at the door any more.  His descriptor is the caller's, to be
 * closed only now: a session has it too, so closing it does not end the
 * loop's watch over it. */
void	door_leave(struct visitor *);

/* Who waits longest, or NULL. */
struct visitor	*door_oldest(const struct door *);

#endif
