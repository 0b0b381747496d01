#ifndef SPOOL_H
#define SPOOL_H

#include <sys/queue.h>
#include <stdbool.h>

#include "fate.h"
#include "id.h"

#include "message.h"

/*
 * The folders tmp and new: a message is written in tmp and joins the batch
 * that waits; spool_commit() makes the batch durable and only then tells
 * whoever waits.  Nothing but this file knows what makes a message durable.
 */
struct spooled {
	STAILQ_ENTRY(spooled)	next;
	char			id[ID_SIZE];
	int			fd;
	int			error;	/* errno of a commit that failed */
	struct message_writer	file;	/* for message_put_… */
};

STAILQ_HEAD(spool_batch, spooled);

struct spool {
	int			tmp, new;
	struct id_source	ids;
	struct spool_batch	batch;
	unsigned		count;	/* of the batch */
};

/* tmp and new: open directories, the caller's. */
void	spool_init(struct spool *, int tmp, int new);
/*
 * Removes everything in tmp, which was promised to nobody, and takes note of
 * the ids in new.  For start, when no message is being written.  0, or -1
 * with errno.
 */
int	spool_sweep(struct spool *);

/* Begins a message: a new id, a new file in tmp.  0, or -1 with errno. */
int	spool_begin(struct spool *, struct spooled *);
/* Leaves nothing of a message that has not joined the batch. */
void	spool_abort(struct spool *, struct spooled *);
/* The message is whole: joins the batch.  On -1 (errno) only abort remains. */
int	spool_join(struct spool *, struct spooled *);

/*
 * Commits whatever waits as one batch.  done() is called once for each, in
 * order, after all is decided; its error is 0 when the message is in new and
 * durable.  With an error nothing of it is left and it must not be tried
 * again: after a failed sync the kernel has dropped the pages.
 */
void	spool_commit(struct spool *, void (*done)(void *, struct spooled *),
	    void *ctx);

/* What to tell the sender of a message that failed with this errno. */
void	spool_fate(struct fate *, int error);

#endif
