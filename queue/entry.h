#ifndef ENTRY_H
#define ENTRY_H

#include <sys/queue.h>
#include <stdint.h>

#include "limits.h"

#include "due.h"
#include "hash.h"
#include "kept.h"
#include "place.h"
#include "rcpt.h"
#include "roll.h"

struct message;

/*
 * The messages in charge and their recipients, in memory.  Everything that
 * is known of a recipient is at most 400 bytes, its message included, so
 * that a million of them are a normal day [DESIGN 6].
 */

/* A report that has arrived, or that bounce has taken on. */
struct reported {
	struct reported	*next;
	uint32_t	 serial;
	char		 id[];		/* of the report */
};

#define ENTRY_GHOST	0x001u	/* its file is missing */
#define ENTRY_8BIT	0x002u	/* declared 8BITMIME */
#define ENTRY_WARNED	0x004u	/* the delay warning is out */
#define ENTRY_EXPIRED	0x008u	/* its lifetime is over */
#define ENTRY_FINISHED	0x010u	/* the mark is written; the file may go */
#define ENTRY_SYNC	0x020u	/* its next step waits for a sync */
#define ENTRY_GRACE	0x040u	/* its timer is for a report */
#define ENTRY_TASK	0x080u	/* stands in the reporter's list */
#define ENTRY_WARN	0x100u	/* a warning is to be sent */
#define ENTRY_REMOVED	0x200u	/* by an administrator; workers may still
				 * have some of it */
#define ENTRY_SYNC_NOW	0x400u	/* … for the one under way */
#define ENTRY_SYNC_AGAIN 0x800u	/* … and for another behind that */
#define ENTRY_PAST	0x1000u	/* of another run, and the log is not yet
				 * read that tells about it */

/* What most messages never have. */
struct more {
	struct block	*blocks;	/* of later recipients, newest first */
	struct extra	*extras;	/* their texts */
	struct reported	*reported;
	struct faces	*faces;		/* of known.c, or NULL */
	struct job_list	 coming;	/* answered; others are asked for */
};

struct entry {
	struct hash_link link;		/* first: found by its id */
	TAILQ_ENTRY(entry) all;
	STAILQ_ENTRY(entry) sync;	/* in a list until the next sync */
	struct due	 due;
	struct more	*more;		/* NULL: nothing of it */
	const char	*id;
	const char	*sender;	/* "": null */
	uint64_t	 size;		/* of the body */
	uint64_t	 generation;	/* of the arrivals log */
	uint32_t	 arrival;	/* seconds since the epoch */
	uint32_t	 offset;	/* of the body in the file */
	uint32_t	 originals;	/* recipients of the envelope */
	uint32_t	 count;		/* recipients */
	uint32_t	 open;		/* … that have no final fate */
	uint32_t	 moving;	/* … of the first four states */
	uint32_t	 asking;	/* … of RCPT_ASKING */
	uint32_t	 failed;	/* … of RCPT_FAILED */
	uint32_t	 serial;	/* of the last report */
	uint32_t	 flags;
	struct rcpt	 rcpts[];	/* of the envelope */
};

TAILQ_HEAD(entry_list, entry);
STAILQ_HEAD(entry_chain, entry);

struct entries {
	struct hash		 by_id;
	struct entry_list	 all;	/* in the order they were taken */
	char			 newest[LIMIT_ID + 1]; /* id, of all so far */
	struct dues		*dues;	/* of messages */
	struct dues		*retries;	/* of recipients */
	struct kepts		 kepts;
	uint64_t		 rcpts;
};

/* 0, or -1 with errno ENOMEM. */
int		 entries_init(struct entries *, struct dues *,
		    struct dues *retries);
struct entry	*entry_find(const struct entries *, const char *id);

/*
 * A message and its recipients, which are in RCPT_ASKING but in no job.
 * NULL with errno ENOMEM.
 */
struct entry	*entry_new(struct entries *, const struct message *,
		    const struct roll *);
/* No recipient may be in a job or with a worker. */
void		 entry_free(struct entries *, struct entry *);

/* By its timer. */
struct entry	*entry_of_due(struct due *);

/* NULL when there is no such recipient. */
struct rcpt	*entry_rcpt(const struct entry *, uint32_t index);

/* New recipients, RCPT_SYNCING.  0, or -1 with errno ENOMEM: nothing is
 * changed. */
int		 entry_add(struct entries *, struct entry *, uint32_t parent,
		    const struct roll *);
/* What most do not have; NULL with errno ENOMEM. */
struct more	*entry_more(struct entry *);
/* The first job of recipients that wait for others of the message, or NULL. */
struct job	*entry_coming(const struct entry *);
/* The reports there are, or NULL. */
const struct reported *entry_reports(const struct entry *);
/* The report of a serial: its id, or NULL. */
const char	*entry_report(const struct entry *, uint32_t serial);
/* 0, or -1 with errno ENOMEM. */
int		 entry_set_report(struct entry *, uint32_t serial,
		    const char *id);

#endif
