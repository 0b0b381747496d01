/* The kinds of sync that FreeBSD has: its sync(2) tells nobody when it has
 * ended, so there is none of a whole file system. */
#include "sync_kinds.h"

#include <errno.h>
#include <unistd.h>

const bool	syncer_has_system = false;

int
sync_kind_run(enum sync_kind kind, int fd)
{
	switch (kind) {
	case SYNC_DATA:
		return fdatasync(fd);
	case SYNC_FILE:
		return fsync(fd);
	case SYNC_SYSTEM:
		errno = ENOTSUP;
		return -1;
	}
	errno = EINVAL;
	return -1;
}
