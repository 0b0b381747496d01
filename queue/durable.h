#ifndef DURABLE_H
#define DURABLE_H

#include <stdbool.h>

struct durable;
struct entry;
struct queue;
struct rcpt;
struct syncer;

/*
 * The states log on its way to the disk.  One sync is under way at most,
 * elsewhere, and it covers what was written when it was begun; who recorded
 * something later waits for the next one, so that a batch forms by itself.
 * One that somebody waits for begins at once, one for marks alone within
 * half a second.
 */
struct durable	*durable_new(struct queue *, struct syncer *);

/* What has been recorded of this message must be durable: then
 * life_synced(). */
void	durable_want(struct durable *, struct entry *);
/* The same of this recipient: then life_ask().  0, or -1 with ENOMEM. */
int	durable_hold(struct durable *, struct rcpt *);
/* Its last mark was recorded: then life_bury(). */
void	durable_finish(struct durable *, struct entry *);
/* Whatever there is, a sync begins as soon as it can. */
void	durable_hurry(struct durable *);

/* At the beginning of a turn, before anything new is handed out. */
void	durable_turn(struct durable *);
/* At its end. */
void	durable_turn_end(struct durable *);

/* Whether a sync of the log is under way. */
bool	durable_is_busy(const struct durable *);
/* Before the end of the program: begins the last sync, and is true when
 * nothing waits for the disk any more. */
bool	durable_rest(struct durable *);

#endif
