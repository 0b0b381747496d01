#ifndef COMPACT_H
#define COMPACT_H

struct compaction;
struct entry;
struct queue;
struct syncer;

/*
 * Compaction of the states log, in small steps between the turns of the
 * loop: the messages as they are now are written into the next file, then
 * all that the old one says since it was begun; that is synced elsewhere
 * while the old one goes on, and what came meanwhile is copied; from then on
 * both are written, until the next sync has made the new one the log.
 * Whatever is said twice counts once when it is read.
 */
struct compaction	*compact_new(struct queue *, struct syncer *);

/* The log shall be written anew, whatever is in it. */
void	compact_want(struct compaction *);
/* One step, or the first, when most of the log is dead. */
void	compact_turn(struct compaction *);
/* This message is about to be freed. */
void	compact_entry_gone(struct compaction *, const struct entry *);
/*
 * The log is broken: a new one is written from memory, at once, and takes
 * its place; whatever is waited for waits for its sync.  0, or -1: later.
 */
int	compact_rescue(struct compaction *);

#endif
