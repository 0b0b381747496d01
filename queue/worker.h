#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "destination.h"

/*
 * Workers: processes of local and remote, each started for one destination
 * over a socket of its own, handed one message after another, closed when
 * idle for `worker-idle`.  The dispatchers (become, local, remote) start
 * them and tell when they have ended.
 */
enum { BATCH_MAX = 100 };	/* recipients handed over at once */

struct workers	*workers_new(struct destinations *);
/* Whether the dispatcher of this kind is there. */
bool	workers_ready(const struct workers *, enum start_kind);

/*
 * Hands the next batch of the destination to an idle worker of it, or to a
 * new one.  false when all slots are taken: then the longest idle worker has
 * been asked to end, and a turn follows when it has.
 */
bool	worker_serve(struct workers *, struct destination *);

/* The timer of a worker. */
void	worker_due(struct worker *);
/* Idle workers are closed; true when no worker has anything in hand. */
bool	workers_stop(struct workers *);
size_t	workers_busy(const struct workers *);

#endif
