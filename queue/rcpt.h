#ifndef RCPT_H
#define RCPT_H

#include <stdbool.h>
#include <stdint.h>

#include "due.h"
#include "kept.h"
#include "roll.h"

struct entries;
struct entry;
struct job;

/*
 * A recipient in memory, a part of its message.
 */
enum rcpt_state {
	/* moving: something will happen to it without a timer */
	RCPT_SYNCING,		/* its record is not durable yet, or others of
				 * its message are still asked for */
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
	uint32_t	 last;		/* when that was, since the epoch */
	uint32_t	 index;
	uint32_t	 parent;	/* index; its own: none */
	uint32_t	 serial;	/* of its report, 0: none yet */
	uint16_t	 attempts;
	uint8_t		 state;		/* enum rcpt_state */
	uint8_t		 flags;		/* RCPT_… of roll.h */
};

void		 rcpt_set_state(struct rcpt *, enum rcpt_state);
/* Takes over its last fate (of kept_new(), or NULL) and when it was. */
void		 rcpt_keep(struct entries *, struct rcpt *, struct kept *,
		    uint64_t last);
bool		 rcpt_is_original(const struct rcpt *);
const char	*rcpt_address(const struct rcpt *);
const char	*rcpt_text(const struct rcpt *, enum rcpt_text);
/* Its own, that of the one it came from, or the sender's. */
const char	*rcpt_reverse(const struct rcpt *);
/* DSN parameters, inherited as long as the reverse-path is. */
const char	*rcpt_params(const struct rcpt *);
const char	*rcpt_extension(const struct rcpt *);

/* Whether NOTIFY [RFC3461 4.1] asks for this report: "FAILURE", "DELAY". */
bool	rcpt_notify_wants(const struct rcpt *, const char *what);

#endif
