#ifndef REPORTS_H
#define REPORTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Failures and delays become reports: the client of bounce.  Which failures
 * go into a report is recorded and synced under a serial before bounce is
 * asked, and the report carries that serial, so that a crash anywhere
 * between neither loses a report nor sends two [DESIGN 5].
 */
struct entry;
struct queue;
struct reporter;

struct reporter	*reporter_new(struct queue *);

/* Failures of this message are to be reported. */
void	reporter_want(struct reporter *, struct entry *);
/* Its sender shall know that it is late. */
void	reporter_warn(struct reporter *, struct entry *);
/* What was recorded of this message is durable now. */
void	reporter_synced(struct reporter *, const struct entry *);
void	reporter_pump(struct reporter *);

/*
 * A report has arrived that says which failures it is about ("ID SERIAL").
 * false: they are reported already by another one, and this one must not be
 * sent.
 */
bool	reporter_arrived(struct reporter *, const char *about,
	    const char *report);
/* Whether the message it is about is known, with all of its past. */
bool	reporter_is_known(const struct reporter *, const char *about);
/*
 * A report found in new is about a message that is over: its failures were
 * reported before that, so this one is the second.
 */
bool	reporter_is_late(const struct reporter *, const char *about);

#endif
