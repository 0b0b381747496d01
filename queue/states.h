#ifndef STATES_H
#define STATES_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "str.h"

/*
 * The states log [malote-queue(5)]: the file states.N in the folder log, to
 * which everything is appended that happens to messages in charge.
 *
 * states_put() only gathers; states_write() hands what was gathered to the
 * system, and nothing that a record allows may be done before it; what must
 * survive a power cut waits for states_sync() besides.
 */
enum states_health {
	STATES_GOOD,
	STATES_FULL,	/* no room: records wait in memory; nothing new */
	STATES_BROKEN	/* a write or sync failed: this file is never synced
			 * again, only a new one from memory helps */
};

struct states {
	int			 folder;	/* the caller's */
	int			 fd;
	uint64_t		 number;
	uint64_t		 size;		/* bytes in the file */
	uint64_t		 live;		/* … when it was begun */
	struct str		 pending;	/* whole records, unwritten */
	enum states_health	 health;
	bool			 unsynced;
};

/* What a reading found. */
struct states_found {
	uint64_t	end;		/* behind the last good record */
	uint64_t	records;
	uint64_t	damaged;	/* places in the middle */
	bool		torn;		/* something is behind the end */
};

/*
 * Opens the newest log, removes older and unfinished ones, calls record()
 * for each good record in order and cuts off a torn tail.  Without a log it
 * begins states.1.  0, or -1 with errno.
 */
int	states_open(struct states *, int folder, void (*record)(void *ctx,
	    const struct frame *), void *ctx, struct states_found *);

/*
 * Reads a whole log.  A damaged place is skipped up to the next record whose
 * checksum is right.  0, or -1 with errno of pread(2) or ENOMEM.
 */
int	states_read(int fd, void (*record)(void *ctx, const struct frame *),
	    void *ctx, struct states_found *);

void	states_put(struct states *, const struct wire *, const void *msg);
/* Each 0, or -1: then health says what is wrong. */
int	states_write(struct states *);
int	states_sync(struct states *);
/* Full before: tries again, reserve included.  0 when all is well. */
int	states_mend(struct states *);

/*
 * Compaction: begins the next file beside this one, to be filled by
 * states_put(); then the new one takes the place of the old one.  Each 0, or
 * -1 with errno: the old one is as it was, the new one is gone.
 */
int	states_begin(struct states *next, const struct states *);
int	states_replace(struct states *, struct states *next);
void	states_abandon(struct states *next);

void	states_close(struct states *);

#endif
