#ifndef SYNC_KINDS_H
#define SYNC_KINDS_H

#include "syncer.h"

/*
 * Syncs fd in this way, waiting for it: 0, or -1 with errno (EINVAL: not a
 * kind, ENOTSUP: not on this system).
 */
int	sync_kind_run(enum sync_kind, int fd);

/* Of the whole file system fd lies on: as above. */
int	sync_system(int fd);

#endif
