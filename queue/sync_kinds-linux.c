/* The kinds of sync that Linux has. */
#include "sync_kinds.h"

#include <errno.h>
#include <unistd.h>

const bool	syncer_has_system = true;

int
sync_kind_run(enum sync_kind kind, int fd)
{
	switch (kind) {
	case SYNC_DATA:
		return fdatasync(fd);
	case SYNC_FILE:
		return fsync(fd);
	case SYNC_SYSTEM:
		return syncfs(fd);
	}
	errno = EINVAL;
	return -1;
}
