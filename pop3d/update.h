#ifndef UPDATE_H
#define UPDATE_H

#include "mailbox.h"

/*
 * The UPDATE state [RFC1939 6]: removes the marked messages and syncs the
 * folders.  0 with *removed; -1 with *why when not all of them could be
 * removed, or it is not sure that they stay so.
 */
int	update_commit(struct mailbox *, uint32_t *removed, struct fate *why);

#endif
