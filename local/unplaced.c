/* Mail that waits to be placed.  The tokens come back from the queue, which
 * is believed only about those that were given to it. */
#include "unplaced.h"

#include <stddef.h>
#include <string.h>

#include "die.h"

_Static_assert(DELIVER_WINDOW <= 64, "a token is a bit of `used`");

void
unplaced_init(struct unplaced *u)
{
	u->used = 0;
	u->count = 0;
}

uint32_t
unplaced_add(struct unplaced *u, const char *name)
{
	uint32_t token = 0;

	if (u->count >= DELIVER_WINDOW)
		die_bug("no token is free");
	while (u->used & (uint64_t)1 << token)
		token++;
	u->used |= (uint64_t)1 << token;
	u->count++;
	(void)strlcpy(u->names[token], name, MAILDIR_NAME);
	return token;
}

const char *
unplaced_take(struct unplaced *u, uint32_t token)
{
	if (token >= DELIVER_WINDOW ||
	    (u->used & (uint64_t)1 << token) == 0)
		return NULL;
	u->used &= ~((uint64_t)1 << token);
	u->count--;
	return u->names[token];
}
