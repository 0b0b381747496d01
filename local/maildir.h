#ifndef MAILDIR_H
#define MAILDIR_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct copy_size;
struct fate;
struct letter;

/*
 * A Maildir, held by descriptors.  Delivery is done when the file is written
 * in tmp and synced, and then moved to new and that folder synced; never in
 * another order.
 */
struct maildir {
	int		folder;		/* the Maildir itself; -1: not open */
	int		tmp, fresh, cur;
	uint64_t	device;		/* st_dev of tmp */
	uint64_t	inodes[4];	/* of the four */
};

#define MAILDIR_CLOSED	{ .folder = -1, .tmp = -1, .fresh = -1, .cur = -1 }
#define MAILDIR_NAME	256

/*
 * Opens path below base, one component after another and never through a
 * symbolic link; what is missing is made (mode 0700) and synced.  Each folder
 * must belong to owner.  0, or -1 with errno (EPERM: another's).
 */
int	maildir_open(struct maildir *, int base, const char *path,
	    uid_t owner);
void	maildir_close(struct maildir *);

/* Whether it is open, and the folders that path leads to are those and are
 * the owner's. */
bool	maildir_is_still(const struct maildir *, int base, const char *path,
	    uid_t owner);

/*
 * Delivers, with syncs of its own.  *fate is done, defer (nothing half-done
 * stays) or fail; name gets the file's name in new.  The name is derived from
 * the message's id and the recipient, so that a repeat is recognised.
 */
void	maildir_deliver(const struct maildir *, const struct letter *,
	    const char *address, struct fate *, char name[MAILDIR_NAME]);

/*
 * The same in steps, of which others may do the syncs.  maildir_write(): true
 * when the file is in tmp (and, with sync, synced) and waits, under `name`,
 * for one of the others; false when *fate is final (done: it was there from
 * an earlier attempt).  maildir_sync(): makes up for the sync left out.
 * maildir_place(): moves a synced file to new; with sync, syncs new.  Both
 * true, or false with *fate, and the file is gone.  maildir_drop(): it goes.
 */
bool	maildir_write(const struct maildir *, const struct letter *,
	    const char *address, bool sync, struct fate *,
	    char name[MAILDIR_NAME]);
bool	maildir_sync(const struct maildir *, const char *name, struct fate *);
bool	maildir_place(const struct maildir *, const char *name, bool sync,
	    struct fate *);
void	maildir_drop(const struct maildir *, const char *name);

/* What a failed operation on a mailbox means: 4.2.2, 4.3.1 or 4.2.0. */
void	maildir_fate(struct fate *, int error, const char *what);

/* Copies the message to fd; true, or false with *fate. */
bool	maildir_copy(const struct letter *, const char *address, int fd,
	    struct copy_size *, struct fate *);

/* A file for writing and reading that has no name any more; -1 with errno. */
int	maildir_scratch(int folder, const struct letter *);

#endif
