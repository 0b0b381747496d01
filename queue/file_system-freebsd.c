/* FreeBSD has no syncfs(2): each delivery is synced by itself. */
#include "file_systems.h"

const char *
file_system_objection(int fd)
{
	(void)fd;
	return "no syncfs on this system: each delivery is synced";
}
