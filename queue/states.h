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
 * system, and nothing that a record allows may be done before it.  What must
 * survive a power cut waits for a sync besides.  Nothing here syncs: the
 * syncs happen elsewhere, see below.
 */
enum states_health {
	STATES_GOOD,
	STATES_ANEW,	/* written from memory, not durable yet; nothing new */
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
	bool			 unsynced;	/* behind the last sync */
	bool			 unnamed;	/* is still called .new */
	bool			 unlisted;	/* its name is not durable */
	uint64_t		 former;	/* the log before, to be
						 * removed then; 0: none */
	struct states		*twin;	/* will take its place, and is written
					 * what this one is, or NULL */
	bool			 covers_twin;	/* the sync under way */
};

/* What a reading found. */
struct states_found {
	uint64_t	end;		/* behind the last good record */
	uint64_t	records;
	uint64_t	damaged;	/* places in the middle */
	bool		torn;		/* something is behind the end */
};

/*
 * Opens the newest log for appending, at once and unread, and removes older
 * and unfinished ones; *past is its length.  Without a log it begins
 * states.1.  What is put first must be a `boot`: it tells the reader that
 * half a record before it is the end of a run and no damage.
 * 0, or -1 with errno.
 */
int	states_open(struct states *, int folder, uint64_t *past);

void	states_put(struct states *, const struct wire *, const void *msg);
/* 0, or -1: then health says what is wrong. */
int	states_write(struct states *);
/* Full before: tries again, reserve included.  0 when all is well. */
int	states_mend(struct states *);
void	states_close(struct states *);

/* --- reading ---------------------------------------------------------- */

struct states_reader;

/* Reads the first n bytes of a log, in steps; NULL when memory is short. */
struct states_reader	*states_reader_new(int fd, uint64_t n);
void	states_reader_free(struct states_reader *);
/*
 * Calls record() for each good record, in order, a bounded number of times.
 * A damaged place is skipped up to the next record whose checksum is right.
 * 1: there is more; 0: that was all; -1 with errno of pread(2).
 */
int	states_reader_step(struct states_reader *, void (*record)(void *ctx,
	    const struct frame *), void *ctx);
const struct states_found	*states_reader_found(
	    const struct states_reader *);
/* All of it at once.  0, or -1 with errno, ENOMEM too. */
int	states_read(int fd, void (*record)(void *ctx, const struct frame *),
	    void *ctx, struct states_found *);

/* --- syncing ---------------------------------------------------------- */

/*
 * What was written becomes durable in steps, one after another:
 * states_sync_begin() gives the descriptor of which fdatasync(2) covers all
 * that is written by then; states_sync_end() takes its errno, 0 for success.
 * 1: the folder has to be synced besides, and states_listed() be given the
 * errno of that.  0: all is durable.  -1: nothing is; when health is not
 * STATES_BROKEN a twin failed, which is forgotten, and the sync begins anew.
 * The descriptor may be closed at any time: sync a duplicate.
 */
int	states_sync_begin(struct states *);
int	states_sync_end(struct states *, int error);
int	states_listed(struct states *, int error);

/* --- compaction ------------------------------------------------------- */

/* Begins the next file beside this one, to be filled by states_put().  0, or
 * -1 with errno. */
int	states_begin(struct states *next, const struct states *);
/* Copies at most max bytes of s from *at on, and moves *at.  0 or -1. */
int	states_copy(struct states *next, const struct states *s, uint64_t *at,
	    uint64_t max);
/* It says all that s does: the next sync lets it take the place of s.  Until
 * twin is NULL again, next must stay. */
void	states_join(struct states *s, struct states *next);
/* The old file is as good as ever: there is no twin. */
void	states_forget(struct states *);
/* It takes the place of a broken log at once. */
void	states_rescue(struct states *s, struct states *next);
void	states_abandon(struct states *next);

#endif
