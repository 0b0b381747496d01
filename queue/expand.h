#ifndef EXPAND_H
#define EXPAND_H

#include <stdbool.h>
#include <stddef.h>

struct asker;
struct place;
struct queue;
struct rcpt;

/*
 * Asks alias, at each attempt anew, where a recipient goes, over one kept
 * connection with a bounded number of open questions.  As long as alias is
 * away everything waits; that is no failure.
 */
struct asker	*asker_new(struct queue *);
/* Where recipients wait for their question. */
struct place	*asker_place(struct asker *);
/* Asks as many as may be open. */
void		 asker_pump(struct asker *);
/* The answer for this recipient, if asked, shall be ignored. */
void		 asker_forget(struct asker *, const struct rcpt *);

#endif
