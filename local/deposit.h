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
	struct maildir	 inbox;		/* of `mailbox`; kept open */
	uint32_t	 waiting;	/* mail in its tmp, to be placed */
	bool		 broken;	/* nothing can be delivered: */
	struct fate	 trouble;	/* why */
	struct forward	 forward;
};

/*
 * forwards: addresses that shall have the message too, or instead; they count
 * when the fate is done, and live until the next call.  waits: there is no
 * fate yet; the mail stands in tmp of the inbox under that name, on that
 * device, and is to be placed when it was synced.
 */
struct outcome {
	bool		 waits;
	char		 name[MAILDIR_NAME];
	uint64_t	 device;
	struct fate	 fate;
	char		 peer[LIMIT_PATHNAME];
	size_t		 forward_count;
	const char	*forwards[FORWARD_ITEMS];
};

/* Only a letter that says `settle` may be left waiting. */
void	deposit(struct deposit *, const struct letter *,
	    const struct letter_rcpt *, struct outcome *);

/* Places mail that waited (own: with syncs of its own), or drops it. */
bool	deposit_place(struct deposit *, const char *name, bool own,
	    struct fate *);
void	deposit_drop(struct deposit *, const char *name);

#endif
