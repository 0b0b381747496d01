#ifndef MAILDIR_H
#define MAILDIR_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

struct copy_size;
struct fate;
struct letter;

/*
 * A Maildir, held by descriptors.  Delivery is done when the file and its
 * name are synced: written in tmp, linked into new, both folders fsynced.
 */
struct maildir {
	int	folder;		/* the Maildir itself; -1: not open */
	int	tmp, fresh, cur;
};

#define MAILDIR_NAME	256

/*
 * Opens path below base, one component after another and never through a
 * symbolic link; what is missing is made (mode 0700) and synced.  Each folder
 * must belong to owner.  0, or -1 with errno (EPERM: another's).
 */
int	maildir_open(struct maildir *, int base, const char *path,
	    uid_t owner);
void	maildir_close(struct maildir *);

/*
 * Delivers.  *fate is done, defer (nothing half-done stays) or fail; name
 * gets the file's name in new.  The name is derived from the message's id
 * and the recipient, so that a repeat is recognised.
 */
void	maildir_deliver(const struct maildir *, const struct letter *,
	    const char *address, struct fate *, char name[MAILDIR_NAME]);

/* What a failed operation on a mailbox means: 4.2.2, 4.3.1 or 4.2.0. */
void	maildir_fate(struct fate *, int error, const char *what);

/* Copies the message to fd; true, or false with *fate. */
bool	maildir_copy(const struct letter *, const char *address, int fd,
	    struct copy_size *, struct fate *);

/* A file for writing and reading that has no name any more; -1 with errno. */
int	maildir_scratch(int folder, const struct letter *);

#endif
