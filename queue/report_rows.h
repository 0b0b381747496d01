#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

struct entry;
struct rcpt;

/* Which recipients stand in a report: the failed ones of its serial, or for
 * a warning (serial 0) the delayed ones. */
#define REPORT_ROWS	500	/* recipients of one report */

bool		 report_row_is(const struct rcpt *, uint32_t serial);
/* REPORT_ROWS at most. */
uint32_t	 report_row_count(const struct entry *, uint32_t serial);

/* Failures that are not in a report yet and go to this sender. */
bool		 report_row_is_free(const struct rcpt *, const char *sender);
bool		 report_row_is_of(const struct rcpt *, uint32_t serial);
/* The first failure of a message that has one. */
struct rcpt	*report_row_first(const struct entry *);

#endif
