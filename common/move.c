/* Moving without overwriting, by means every system has. */
#include "move.h"

#include <unistd.h>

#include "move_parts.h"
#include "stop_point.h"

int
move_by_link(int from, const char *old, int to, const char *name)
{
	if (linkat(from, old, to, name, 0) == -1)
		return -1;
	stop_point("linked");
	/* It has its new name: the old one only lies about. */
	(void)unlinkat(from, old, 0);
	return 0;
}
