#ifndef MAILBOX_H
#define MAILBOX_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire_relay.h"

/*
 * A Maildir held open for one session: its folders, its lock, and the list
 * of its messages as it was at the start.  Message i of the list is number
 * i + 1 of the session.  24 bytes a message and its name.
 */
enum { MAILBOX_NEW, MAILBOX_CUR, MAILBOX_FOLDERS };

struct names;

struct message {
	const char	*name;
	uint64_t	 age;		/* microseconds since the epoch, or 0 */
	uint64_t	 size : 40;	/* octets with CRLF line ends */
	uint64_t	 unique : 8;	/* length of the name's unique part */
	uint64_t	 folder : 1;
	uint64_t	 twin : 1;	/* its unique part stood before */
	uint64_t	 deleted : 1;	/* marked by DELE */
};

struct mailbox {
	int		 lock;
	int		 folders[MAILBOX_FOLDERS];	/* -1: is not there */
	struct message	*messages;
	size_t		 count, room;
	struct names	*names;
	size_t		 left;		/* messages that are not marked */
	uint64_t	 octets;	/* and what they hold */
};

/*
 * Opens the Maildir at path below the directory base and takes its lock.
 * A Maildir that does not exist is an empty one; one of another owner, or
 * reached through a symbolic link, is refused.  0, or -1 with *why filled.
 */
int	mailbox_open(struct mailbox *, int base, const char *path,
	    struct fate *why);

/*
 * Opens message i for reading and says how long the file is; -1 with errno
 * when it is gone, or no plain file.  Never waits for a FIFO, never follows a
 * link.
 */
int	mailbox_message(const struct mailbox *, size_t i, off_t *length);
/* The same for a name in one of the folders. */
int	mailbox_file(int folder, const char *name, off_t *length);

/* The unique id of message i [RFC1939 7]; never that of another message. */
void	mailbox_uidl(const struct mailbox *, size_t i,
	    char uidl[RELAY_UIDL + 1]);

/* Marks message i, or unmarks all; the totals follow. */
void	mailbox_mark(struct mailbox *, size_t i);
void	mailbox_unmark(struct mailbox *);

/* Lets the next session in; for when nothing is done here any more. */
void	mailbox_unlock(struct mailbox *);

void	mailbox_close(struct mailbox *);

#endif
