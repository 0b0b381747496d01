/* The kinds of sync, each a system call; what differs is sync_system-*.c. */
#include "sync_kinds.h"

#include <errno.h>
#include <unistd.h>

int
sync_kind_run(enum sync_kind kind, int fd)
{
	switch (kind) {
	case SYNC_DATA:
		return fdatasync(fd);
	case SYNC_FILE:
		return fsync(fd);
	case SYNC_SYSTEM:
		return sync_system(fd);
	}
	errno = EINVAL;
	return -1;
}
