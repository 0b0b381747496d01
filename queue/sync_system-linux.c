/* Linux syncs a whole file system, and says when and how that ended. */
#include "sync_kinds.h"

#include <unistd.h>

const bool	syncer_has_system = true;

int
sync_system(int fd)
{
	return syncfs(fd);
}
