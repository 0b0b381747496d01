/*
 * Moving without overwriting: only link(2) fails on a name that is there, so it
 * is a link and an unlink.
 */
#include "move_new.h"

#include <fcntl.h>
#include <unistd.h>

#include "stop_point.h"

int
move_new(int from, int to, const char *name)
{
	if (linkat(from, name, to, name, 0) == -1)
		return -1;
	stop_point("spool-linked");
	(void)unlinkat(from, name, 0);
	return 0;
}
