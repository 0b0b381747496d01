#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"
#include "wire_report.h"

#include "message.h"

struct str;

/*
 * The text of a delivery report: multipart/report [RFC6522] of a part for
 * people, message/delivery-status [RFC3464] and what is returned of the
 * message.  Everything from outside is made printable ASCII here; lines end
 * with CRLF.  Additions fail as those of struct str do.
 */
#define REPORT_BOUNDARY	48

struct report_about {
	char		hostname[LIMIT_DOMAIN + 1];
	char		 id[LIMIT_ID + 1];	/* of the message */
	uint32_t	 serial;
	char		 sender[MESSAGE_ADDRESS];	/* who gets it */
	uint64_t	 arrival;
	char		 envid[LIMIT_PARAMS + 1];	/* xtext, or "" */
	char		 message_id[256];	/* of the message, or "" */
	uint32_t	 count;		/* recipients reported */
	char		 boundary[REPORT_BOUNDARY];
	bool		 eight_bit;	/* in what is returned */
	int64_t		 now;
};

/* Rows that are spelt out for people; the others stand in the second part. */
#define REPORT_SPELT	50
#define REPORT_ROW_MAX	8192	/* bytes a row can become, in either part */

/* The header of the report and the beginning of its first part. */
void	report_put_head(struct str *, const struct report_about *,
	    const char *action);
void	report_put_row(struct str *, const struct report_row *);
/* More recipients than were spelt out. */
void	report_put_more(struct str *, uint32_t more);
/* The second part: its beginning, and a group of fields per recipient. */
void	report_put_status(struct str *, const struct report_about *);
void	report_put_status_row(struct str *, const struct report_row *);
/* The third part; whole: the message, else its header.  Then its bytes. */
void	report_put_returned(struct str *, const struct report_about *,
	    bool whole);
void	report_put_end(struct str *, const struct report_about *);

#endif
