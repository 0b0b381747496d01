/*
 * Moving without overwriting, by means every system has.  Where a file system
 * has no links it is a rename: then the caller's names must be nobody else's.
 */
#include "move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "move_parts.h"

int
move_by_link(int from, const char *old, int to, const char *name)
{
	if (linkat(from, old, to, name, 0) == 0)
		return unlinkat(from, old, 0);
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
		return -1;
	return renameat(from, old, to, name);
}
