#ifndef RETRIEVE_H
#define RETRIEVE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A message as it goes out: LF becomes CRLF, a CRLF stays one, all other
 * bytes pass as they are, and the last line is ended if it was not.
 */

/* The octets the whole message has then: 0, or -1 with errno. */
int	retrieve_size(int fd, uint64_t *size);

/*
 * Hands the header and `lines` lines of the body [RFC1939 7 TOP], or with
 * RELAY_WHOLE all, to put() in pieces of at most FRAME_CHUNK bytes.  Reads no
 * further than needed.  0; -1 with errno when reading failed or put() said
 * -1.
 */
int	retrieve_body(int fd, uint32_t lines,
	    int (*put)(void *ctx, const void *, size_t), void *ctx);

#endif
