#ifndef RETRIEVE_H
#define RETRIEVE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

/*
 * A message as it goes out: LF becomes CRLF, a CRLF stays one, all other
 * bytes pass as they are, and the last line is ended if it was not.
 */

/* The octets the whole message has then: 0, or -1 with errno. */
int	retrieve_size(int fd, uint64_t *size);

/*
 * A file on its way out: descriptor, the length it had when it was opened,
 * and how much of it is wanted: the header and so many lines of the body
 * [RFC1939 7 TOP], or with RELAY_WHOLE all.
 */
struct retrieval {
	int		fd;
	off_t		length;
	uint32_t	lines;
};

/*
 * Hands it to put() in pieces of at most FRAME_CHUNK bytes; the last one,
 * which may be empty, comes with more == false.  Reads no further than
 * needed, but always to the end of the file, whatever its length was.  0; -1
 * with errno when reading failed or put() said -1.
 */
int	retrieve_body(const struct retrieval *,
	    int (*put)(void *ctx, const struct bytes *, bool more), void *ctx);

/* Does a file of this length fit into one piece, whatever is in it? */
bool	retrieve_is_short(off_t length);

#endif
