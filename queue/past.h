#ifndef PAST_H
#define PAST_H

#include <stdbool.h>

struct entry;
struct message;
struct past;
struct queue;

/*
 * At start: everything in cur and new is taken into memory, the states log
 * is replayed over it, and each recipient goes where it belongs.  This
 * happens in slices beside the mail of this run, which overtakes: q->past is
 * NULL once it is over, for a short queue before past_begin() returns.
 *
 * same_boot: the machine has been up since the former run, so that what lies
 * in new was never in charge: it has no past, and is new mail.
 */
void	past_begin(struct queue *, bool same_boot);
bool	past_is_in_new(const struct past *);

/*
 * A report has arrived in this run, on a message that is not read yet: it
 * waits, as one of the past.  0, or -1: it can be judged now, or memory is
 * short.
 */
int	past_add_report(struct past *, struct entry *, const char *report_of);
/* This message is about to be freed. */
void	past_entry_gone(struct past *, const struct entry *);

#endif
