#ifndef PASS_H
#define PASS_H

#include <sys/types.h>
#include <stddef.h>

/*
 * One packet over a Unix socket, and at most one descriptor with it; nothing
 * waits.  fd: goes along, or -1; it stays the caller's.  0, or -1 with errno
 * (EAGAIN when it would block).
 */
int	pass_send(int sock, const void *, size_t, int fd);

/*
 * The length of the packet, 0 when the other end closed, or -1 with errno
 * (EPROTO when it was longer, or more than one descriptor came).  *fd: what
 * came along, close-on-exec, or -1.
 */
ssize_t	pass_recv(int sock, void *, size_t, int *fd);

#endif
