#ifndef RECOVER_H
#define RECOVER_H

struct queue;

/*
 * Recovery after a power cut [malote-queue(5)], when the machine was started
 * anew since the last one: afterwards every message that was promised and is
 * not over is in new or cur, whole.  Call before anything is read from these
 * folders, and before inject is answered; a second power cut in the middle of
 * it is harmless.  Trouble is die_temp(): then queue is started again.
 */
void	recover(struct queue *);

/* The states log is open: what was recovered is not read again. */
void	recover_done(struct queue *);

#endif
