#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdint.h>

#include "wire_lookup.h"

/*
 * Names by libunbound, on the program's own loop: no thread, no fork.
 */
struct loop;
struct question;
struct resolver;
struct settings;

/* Reads resolvers, stub zones and the trust anchor; die()s when it cannot.
 * Everything that is lazy in the library happens here, before the jail. */
struct resolver	*resolver_new(struct loop *, const struct settings *);

/*
 * Asks.  answered() is called exactly once unless the question is cancelled:
 * packet is the whole answer in wire form [RFC1035 4.1] (len 0: none), why is
 * for people.  *q is the question while it is open; it is NULL when the answer
 * was there at once (answered() has been called then) and it is gone as soon
 * as answered() is called.  0, or -1 when it cannot be asked.
 */
int		 resolver_ask(struct resolver *, const char *name,
		    uint32_t type, void (*answered)(void *ctx,
		    enum lookup_result, const unsigned char *packet, int len,
		    const char *why), void *ctx, struct question **q);
void		 resolver_cancel(struct question *);

#endif
