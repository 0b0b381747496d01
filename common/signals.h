#ifndef SIGNALS_H
#define SIGNALS_H

#include <stddef.h>

/*
 * Signals of a plain poll loop: gives all of them the handler, and blocks or
 * unblocks them (SIG_BLOCK, SIG_UNBLOCK).  Blocked ones arrive only while
 * ppoll(2) waits with an empty mask, so that none is lost before it.
 */
void	signals_set(const int *signals, size_t n, void (*handler)(int),
	    int how);

#endif
