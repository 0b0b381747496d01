/*
 * Which recipients stand in a report.  It only looks; what is reported and
 * when is decided in reports.c.
 */
#include "report_rows.h"

#include <string.h>

#include "die.h"

#include "entry.h"

bool
report_row_is_free(const struct rcpt *r, const char *sender)
{
	return r->state == RCPT_FAILED && r->serial == 0 &&
	    strcmp(rcpt_reverse(r), sender) == 0;
}

bool
report_row_is_of(const struct rcpt *r, uint32_t serial)
{
	return r->state == RCPT_FAILED && r->serial == serial;
}

struct rcpt *
report_row_first(const struct entry *e)
{
	struct rcpt *r;
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (r->state == RCPT_FAILED)
			return r;
	}
	die_bug("reports: a failure that is none");
}

/* A delay concerns the sender of the message itself, and who did not refuse
 * to know [RFC3461 4.1]. */
static bool
is_delayed(const struct rcpt *r)
{
	return r->state < RCPT_DONE &&
	    strcmp(rcpt_reverse(r), r->entry->sender) == 0 &&
	    rcpt_notify_wants(r, "DELAY");
}

bool
report_row_is(const struct rcpt *r, uint32_t serial)
{
	return serial == 0 ? is_delayed(r) : report_row_is_of(r, serial);
}

uint32_t
report_row_count(const struct entry *e, uint32_t serial)
{
	uint32_t i, n = 0;

	for (i = 0; i < e->count && n < REPORT_ROWS; i++)
		n += report_row_is(entry_rcpt(e, i), serial);
	return n;
}
