#ifndef ARRIVALS_WRITE_H
#define ARRIVALS_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"

/* After a failure no segment is begun for so long. */
#define ARRIVALS_REST_MS	1000

/* After a failure no segment is begun for so long. */
#define ARRIVALS_REST_MS	1000

struct arrivals_writer;
struct loop;
struct message_writer;
struct syncer;

/*
 * The writing side of the arrivals log [malote-queue(5)]: records are gathered
 * into a batch and made durable by one sync of data; one batch at a time.
 * It never writes before queue has said where (arrivals_told_next()), and
 * never over what queue has not set free.
 */

/*
 * log: syncs of batches, files: of what is made beside them.  spoiled() (from
 * the loop) hears of a generation in which nothing more will be written and
 * whose file cannot be trusted; a commit after ARRIVALS_REST_MS says so in the
 * log.  Call before the jail.
 */
struct arrivals_writer *arrivals_new(struct loop *, int folder,
	    struct syncer *log, struct syncer *files,
	    void (*spoiled)(void *ctx, uint64_t generation), void *ctx);
/* size: bytes of all segments, too few: none; message: the largest taken. */
void	arrivals_resize(struct arrivals_writer *, uint64_t size,
	    uint64_t message);

/* What queue said: the first generation that may be begun (0: the log is not
 * to be used), and the last that may be overwritten. */
void	arrivals_told_next(struct arrivals_writer *, uint64_t generation);
void	arrivals_told_free(struct arrivals_writer *, uint64_t generation);
/* The last generation that was spoiled and is not free; 0: none. */
uint64_t arrivals_spoiled(const struct arrivals_writer *);

/*
 * Adds a finished message to the batch.  ADDED: *generation says where;
 * LATER: it has no room in the segment of this batch and begins the next one;
 * REFUSED: the log does not take it now, or at all; FAILED: a write failed,
 * and with it the whole batch: the segment is spoiled.
 */
enum arrivals_added {
	ARRIVALS_ADDED, ARRIVALS_LATER, ARRIVALS_REFUSED, ARRIVALS_FAILED
};
enum arrivals_added arrivals_add(struct arrivals_writer *, const char *id,
	    const struct message_writer *, uint64_t *generation);

/* A message of an earlier batch was refused after all: said with the next
 * batch, and forgotten where too many are. */
void	arrivals_void(struct arrivals_writer *, const char *id);

/* Whether there is anything to sync: a batch, or what is owed to it. */
bool	arrivals_pending(struct arrivals_writer *);
/*
 * Writes and syncs the batch; done() is called once, from the loop: error 0
 * or an errno, and then the segment is spoiled.  0, or -1 with errno: as
 * ARRIVALS_FAILED.
 */
int	arrivals_sync(struct arrivals_writer *,
	    void (*done)(void *ctx, int error), void *ctx);

#endif
