/*
 * Takes the place of common/jail-seccomp-linux.c in a build without system
 * call filter: no program may start.
 */
#include <stddef.h>

#include "jail_parts.h"

struct jail_filter *
jail_filter_build(const struct card *card)
{
	(void)card;
	return NULL;
}

void
jail_filter_free(struct jail_filter *filter)
{
	(void)filter;
}

void
jail_filter_load(const struct jail_filter *filter, bool rehearsal)
{
	(void)filter;
	(void)rehearsal;
}
