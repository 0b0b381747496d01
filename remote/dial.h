#ifndef DIAL_H
#define DIAL_H

#include <stdint.h>

#include "fate.h"
#include "hosts.h"

/*
 * Connects to one host before the deadline (fd_now() clock).  A connected,
 * non-blocking socket with TCP_NODELAY, or -1 with *why (FATE_DEFER).
 */
int	dial(const struct host *, int64_t deadline, struct fate *why);

/* "mx.example[192.0.2.1]:25", as it stands in events and reports. */
void	dial_name(const struct host *, char *buf, size_t size);

#endif
