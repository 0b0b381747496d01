#ifndef ENTRY_H
#define ENTRY_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "due.h"
#include "hash.h"
#include "roll.h"

struct job;
struct kept;
struct message;

/*
 * The messages in charge and their recipients, in memory.  Everything that
 * is known of a recipient is at most 400 bytes, its message included, so
 * that a million of them are a normal day [DESIGN 6].
 */
enum rcpt_state {
	/* moving: something will happen to it without a timer */
	RCPT_SYNCING,		/* its record is not durable yet */
	RCPT_ASKING,		/* for its destination */
	RCPT_WAITING,		/* for a worker */
	RCPT_TRYING,		/* a worker has it */
	/* open, but at rest */
	RCPT_DEFERRED,		/* until its time has come */
	RCPT_HELD,		/* until an administrator says more */
	/* over */
	RCPT_DONE,
	RCPT_FAILED,		/* and its sender does not know it yet */
	RCPT_REPORTED,		/* failed, and no report is owed */
	RCPT_STATES
};

struct rcpt {
	struct due	 due;		/* first: found by its timer */
	struct entry	*entry;
	struct job	*job;		/* it waits in, or NULL */
	struct rcpt	*next;		/* in its job */
	const char	*packed;	/* its texts, see roll.h */
	char		*extension;	/* as alias said last, or NULL */
	struct kept	*kept;		/* its last fate, or NULL */
	uint32_t	 index;
	uint32_t	 parent;	/* index, or its own: from the envelope */
	uint32_t	 serial;	/* of its report, 0: none yet */
	uint16_t	 attempts;
	uint8_t		 state;		/* enum rcpt_state */
	uint8_t		 flags;		/* RCPT_… of roll.h */
};

/* Recipients that joined together. */
struct block {
	struct block	*older;
	uint32_t	 first;		/* index of the first of them */
	uint32_t	 count, room;
	struct rcpt	 rcpts[];
};

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

struct entry {
	struct hash_link link;		/* first: found by its id */
	TAILQ_ENTRY(entry) all;
	STAILQ_ENTRY(entry) sync;	/* in a list until the next sync */
	struct due	 due;
	struct block	*blocks;	/* newest first */
	struct extra	*extras;	/* texts of later recipients */
	struct reported	*reported;
	const char	*id;
	const char	*sender;	/* "": null */
	uint64_t	 size;		/* of the body */
	uint32_t	 arrival;	/* seconds since the epoch */
	uint32_t	 offset;	/* of the body in the file */
	uint32_t	 count;		/* recipients */
	uint32_t	 open;		/* … that have no final fate */
	uint32_t	 moving;	/* … of the first four states */
	uint32_t	 failed;	/* … of RCPT_FAILED */
	uint32_t	 serial;	/* of the last report */
	uint32_t	 flags;
};

TAILQ_HEAD(entry_list, entry);
STAILQ_HEAD(entry_chain, entry);

struct entries {
	struct hash		 by_id;
	struct entry_list	 all;	/* in the order they were taken */
	struct dues		*dues;
	uint64_t		 rcpts;
};

/* 0, or -1 with errno ENOMEM. */
int		 entries_init(struct entries *, struct dues *);
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
/* The report of a serial: its id, or NULL. */
const char	*entry_report(const struct entry *, uint32_t serial);
/* 0, or -1 with errno ENOMEM. */
int		 entry_set_report(struct entry *, uint32_t serial,
		    const char *id);

void		 rcpt_set_state(struct rcpt *, enum rcpt_state);
/* Takes over its last fate; the one before is freed. */
void		 rcpt_keep(struct rcpt *, struct kept *);
bool		 rcpt_is_original(const struct rcpt *);
const char	*rcpt_address(const struct rcpt *);
const char	*rcpt_text(const struct rcpt *, enum rcpt_text);
/* Its own, that of the one it came from, or the sender's. */
const char	*rcpt_reverse(const struct rcpt *);
/* DSN parameters, inherited as long as the reverse-path is. */
const char	*rcpt_params(const struct rcpt *);
const char	*rcpt_extension(const struct rcpt *);

#endif
