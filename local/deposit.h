#ifndef DEPOSIT_H
#define DEPOSIT_H

#include <sys/types.h>
#include <stdbool.h>

#include "fate.h"
#include "limits.h"

#include "forward.h"
#include "maildir.h"

struct letter;
struct letter_rcpt;

/*
 * One recipient's mail: into the mailbox, or where the .forward file of a
 * system user says.
 */
struct deposit {
	const char	*user;		/* "": a virtual mailbox */
	const char	*home_path;
	int		 home;		/* open; -1: a virtual mailbox */
	const char	*mailbox;	/* path of the Maildir below the home */
	uid_t		 owner;
	int		 runner;	/* socket; -1: there is none */
	bool		 stale;		/* end: the next worker can do more */
	struct maildir	 inbox;		/* open for a virtual mailbox alone */
	bool		 broken;	/* nothing can be delivered: */
	struct fate	 trouble;	/* why */
	struct forward	 forward;
};

/* forwards: addresses that shall have the message too, or instead; they count
 * when the fate is done, and live until the next call. */
struct outcome {
	struct fate	 fate;
	char		 peer[LIMIT_PATHNAME];
	size_t		 forward_count;
	const char	*forwards[FORWARD_ITEMS];
};

void	deposit(struct deposit *, const struct letter *,
	    const struct letter_rcpt *, struct outcome *);

#endif
