#ifndef ANSWER_H
#define ANSWER_H

#include <stdint.h>

/*
 * Takes the records of one type out of a DNS answer [RFC1035 4] and hands
 * each to record(): preference (of an MX, else 0) and data as text, in the
 * forms that wire_lookup.h names.  At most LIMIT_MX records; what cannot be
 * read or shown is left out.  Returns how many were handed over, -1 when the
 * packet cannot be read.
 */
int	answer_read(const unsigned char *packet, int len, uint32_t type,
	    void (*record)(void *ctx, uint32_t preference, const char *data),
	    void *ctx);

#endif
