/*
 * Takes the place of common/jail-landlock-linux.c in a build without
 * Landlock: no program may start.
 */
#include "jail_parts.h"

void
jail_landlock(const struct card *card)
{
	(void)card;
}
