#ifndef BODY_H
#define BODY_H

#include <stdint.h>

struct out;

/*
 * Sends size bytes of fd from offset on as the data of a DATA command:
 * dot-stuffed, ended by CRLF.CRLF [RFC5321 4.5.2].  0, or -1 with errno when
 * the file cannot be read (EPIPE: it is shorter); a failure to write shows in
 * the output.  After -1 the connection must be closed without the final dot.
 */
int	body_send(struct out *, int fd, uint64_t offset, uint64_t size);

#endif
