#ifndef PEER_H
#define PEER_H

#include <stddef.h>

#include "verbs.h"

/*
 * The other end of an edge, in a program with a loop.  A peer reads frames
 * (and bundles of them) and runs them through a verb table; what it sends
 * goes out at once, or waits in memory (at most PEER_BACKLOG bytes) until the
 * socket takes it.
 */
struct bundle;
struct loop;
struct peer;

#define PEER_BACKLOG	(8u * 1024 * 1024)

/*
 * Takes over fd.  ctx goes to each handler and to closed(), which is called
 * exactly once when the other side went away, broke the protocol, fell
 * behind by PEER_BACKLOG, or a handler returned -1: never from inside
 * peer_send(), and not after peer_close().  The peer is freed after closed()
 * returns.  state: the first state of the table.
 * NULL with errno when memory is short (fd is closed).
 */
struct peer	*peer_new(struct loop *, int fd, const struct verb *, size_t n,
		    unsigned state, void *ctx, void (*closed)(void *ctx));

/* Ends the connection without calling closed(); safe inside a handler. */
void		 peer_close(struct peer *);

/*
 * Sends msg.  passed: a descriptor to go along, or -1; it is duplicated when
 * it has to wait and stays the caller's.  0, or -1 with errno; after -1 the
 * peer will report closed().
 */
int		 peer_send(struct peer *, const struct wire *, const void *msg,
		    int passed);

/* The same for a bundle, which must not be empty. */
int		 peer_send_bundle(struct peer *, const struct bundle *,
		    int passed);

unsigned	 peer_state(const struct peer *);
void		 peer_set_state(struct peer *, unsigned);
/* Bytes waiting to go out. */
size_t		 peer_backlog(const struct peer *);

/*
 * Accepts on a listening socket: calls accepted() with each new descriptor
 * (non-blocking, close-on-exec), which it then owns.  Short of descriptors it
 * rests for 100 ms instead of spinning.
 */
void		 peer_listen(struct loop *, int fd,
		    void (*accepted)(void *arg, int fd), void *arg);

#endif
