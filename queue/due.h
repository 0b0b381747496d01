#ifndef DUE_H
#define DUE_H

#include <stdint.h>

/*
 * What is due when: a binary heap of things that carry their time with them.
 * A place is promised when the thing is made, so that setting a time never
 * fails later on.  Times are milliseconds of the monotonic clock, fd_now().
 */
enum due_kind {
	DUE_RCPT,	/* in struct rcpt: the next attempt */
	DUE_ENTRY,	/* in struct entry: warning, expiry, report */
	DUE_DESTINATION, /* in struct destination: the end of a rest */
	DUE_WORKER,	/* in struct worker: idle for long enough */
	DUE_KINDS
};

struct due {
	int64_t		at;
	uint32_t	place;	/* in the heap, from 1; 0: not set */
	uint32_t	kind;	/* enum due_kind, set by the owner */
};

struct dues {
	struct due	**heap;	/* heap[0] is not used */
	uint32_t	 count;
	uint32_t	 promised;
	uint32_t	 room;
};

void	dues_init(struct dues *);
void	dues_free(struct dues *);

/* Room for n more things, or -1 with errno ENOMEM. */
int	due_promise(struct dues *, uint32_t n);
/* n things are gone; their times must have been cleared. */
void	due_release(struct dues *, uint32_t n);

/* Sets the time, whether or not there was one. */
void	due_set(struct dues *, struct due *, int64_t at);
void	due_clear(struct dues *, struct due *);

/* The one that is due first, or NULL. */
struct due	*due_first(const struct dues *);

#endif
