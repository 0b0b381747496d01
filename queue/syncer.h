#ifndef SYNCER_H
#define SYNCER_H

#include <stdbool.h>

/*
 * Syncs that hold up nobody: a few children in a jail of their own, in which
 * they can sync the descriptors they are handed and nothing else.  Whoever
 * asks goes on in its loop and is called back.
 *
 * After an error nothing may rest on that file any more: the kernel has
 * dropped the pages, and a second sync would say that all is well.
 */
struct loop;
struct syncer;

enum sync_kind {
	SYNC_DATA,	/* fdatasync(2): contents, and what finds them */
	SYNC_FILE,	/* fsync(2), of a folder too */
	SYNC_SYSTEM	/* syncfs(2): the whole file system fd lies on */
};

/* Whether this system has SYNC_SYSTEM; asked for where it has not, that
 * fails with ENOTSUP. */
extern const bool	syncer_has_system;

/*
 * Forks the children; call before the jail, and before anything is opened
 * that they shall not hold open.  children: syncs under way at once.
 * Trouble is die_temp().
 */
struct syncer	*syncer_new(struct loop *, unsigned children);

/*
 * Begins a sync of fd as soon as a child is free; those asked for earlier are
 * begun earlier.  fd stays the caller's and may be closed when done() is
 * called, exactly once, from the loop: error is 0 or an errno.  A child that
 * dies takes the program with it (die_temp()): nothing was promised.
 * 0, or -1 with ENOMEM: nothing was begun.
 */
int	 syncer_ask(struct syncer *, enum sync_kind, int fd,
	    void (*done)(void *ctx, int error), void *ctx);

#endif
