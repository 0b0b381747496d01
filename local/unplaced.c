/* Mail that waits to be placed.  The tokens come back from the queue, which
 * is believed only about those that were given to it. */
#include "unplaced.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

uint32_t
unplaced_add(struct unplaced *u, const char *name)
{
	uint32_t token = 0;

	if (u->count >= DELIVER_WINDOW)
		die_bug("no token is free");
	while (u->names[token] != NULL)
		token++;
	u->names[token] = strdup(name);
	if (u->names[token] == NULL)
		die_temp("a name");
	u->count++;
	return token;
}

bool
unplaced_take(struct unplaced *u, uint32_t token, char name[MAILDIR_NAME])
{
	if (token >= DELIVER_WINDOW || u->names[token] == NULL)
		return false;
	(void)strlcpy(name, u->names[token], MAILDIR_NAME);
	free(u->names[token]);
	u->names[token] = NULL;
	u->count--;
	return true;
}
