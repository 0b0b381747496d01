#ifndef PARAMS_SMTP_H
#define PARAMS_SMTP_H

#include <stdint.h>

#include "limits.h"

/*
 * The parameters of MAIL and RCPT [RFC5321 4.1.2: esmtp-param]: one table
 * each of those that EHLO offers.
 */
enum params_result {
	PARAMS_OK,
	PARAMS_UNKNOWN,		/* 555 */
	PARAMS_SYNTAX		/* 501: no parameter, twice, or a bad value */
};

struct params_smtp {
	unsigned	seen;	/* bits of the rows met so far */
	uint64_t	size;	/* SIZE=, 0 when not told [RFC1870] */
	char		kept[LIMIT_PARAMS]; /* those that stay with the
				 * message, separated by blanks */
};

/* text: what stands behind the path (writable; it is cut up). */
enum params_result	params_mail(struct params_smtp *, char *text);
enum params_result	params_rcpt(struct params_smtp *, char *text);

#endif
