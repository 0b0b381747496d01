#ifndef SPOOL_H
#define SPOOL_H

#include <sys/queue.h>
#include <stdbool.h>

#include "fate.h"
#include "id.h"

#include "message.h"

struct arrivals_writer;
struct syncer;

/*
 * The folders tmp and new: a message is written in tmp and joins the batch
 * that waits; spool_commit() makes it durable, by the arrivals log or by syncs
 * of its own, moves it into new, and only then whoever waits is told.
 * Nothing but this file knows what makes a message durable.
 */
struct spool;

struct spooled {
	STAILQ_ENTRY(spooled)	next;
	struct spool		*spool;
	char			id[ID_SIZE];
	int			fd;
	int			error;	/* errno of a commit that failed */
	uint64_t		generation; /* of the log; 0: synced itself */
	struct message_writer	file;	/* for message_put_… */
};

STAILQ_HEAD(spool_batch, spooled);

struct spool {
	int			tmp, new;
	struct id_source	ids;
	struct syncer		*syncer;
	struct arrivals_writer	*log;
	void			(*done)(void *ctx, struct spooled *);
	void			*ctx;
	struct spool_batch	joined;		/* wait for spool_commit() */
	struct spool_batch	logged;		/* … for the log's sync */
	struct spool_batch	placed;		/* … for a sync of new */
	struct spool_batch	settling;	/* … for that one */
	unsigned		count;		/* joined */
	unsigned		under_way;	/* all behind */
	bool			syncing;	/* a batch of the log */
};

/*
 * tmp and new: open directories, the caller's.  syncer: for files that are
 * synced by themselves.  log: of the caller, or NULL: none.  done() is called
 * from the loop once for each message that was committed: its error is 0 when
 * it is durable and in new.  With an error nothing of it is left and it must
 * not be tried again: after a failed sync the kernel has dropped the pages.
 */
void	spool_init(struct spool *, int tmp, int new, struct syncer *,
	    struct arrivals_writer *log,
	    void (*done)(void *ctx, struct spooled *), void *ctx);
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
 * Commits whatever waits.  While a batch of the log is under way nothing
 * happens: its end commits what has joined meanwhile.
 */
void	spool_commit(struct spool *);
/* Whether commits go on by themselves, and whether any message is left. */
bool	spool_is_busy(const struct spool *);
bool	spool_is_empty(const struct spool *);

/* What to tell the sender of a message that failed with this errno. */
void	spool_fate(struct fate *, int error);

#endif
