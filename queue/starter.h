#ifndef STARTER_H
#define STARTER_H

#include <stdbool.h>

#include "destination.h"

/*
 * The start edges: queue → become (mailboxes of system users), local
 * (virtual mailboxes), remote (next hops).
 */
struct starter	*starter_new(struct workers *);
bool		 starter_ready(const struct starter *, enum start_kind);
/*
 * Makes the worker's socket and asks for its process.  0; or -1 with errno,
 * when there are no descriptors or no memory.
 */
int		 starter_start(struct starter *, struct worker *);

#endif
