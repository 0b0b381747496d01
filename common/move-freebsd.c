/* FreeBSD: a link is what never overwrites. */
#include "move.h"

#include "move_parts.h"

int
move_new(int from, const char *old, int to, const char *name)
{
	return move_by_link(from, old, to, name);
}
