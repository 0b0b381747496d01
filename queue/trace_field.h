#ifndef TRACE_FIELD_H
#define TRACE_FIELD_H

#include <stdint.h>

#include "message.h"

struct str;

/*
 * Adds the Received field of this site, folded, with its final CRLF
 * [RFC5321 4.4, RFC3848].  rcpt: the recipient when there is exactly one,
 * else "": two recipients must never learn of each other (Bcc).  TRACE_MAX
 * bytes are enough; 0, or -1 with errno of str_add().
 */
#define TRACE_MAX	2048

int	trace_field(struct str *, const struct message *, const char *hostname,
	    const char *rcpt, int64_t now);

#endif
