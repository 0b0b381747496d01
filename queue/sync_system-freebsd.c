/* FreeBSD's sync(2) tells nobody when it has ended, so there is none of a
 * whole file system. */
#include "sync_kinds.h"

#include <errno.h>

const bool	syncer_has_system = false;

int
sync_system(int fd)
{
	(void)fd;
	errno = ENOTSUP;
	return -1;
}
