/* How long a program that died must wait before it is started again. */
#include "keeper_backoff.h"

enum { FIRST = 500, LAST = 30 * 1000, FORGOTTEN = 60 * 1000 };

int64_t
backoff_next(int64_t *wait, int64_t lived)
{
	int64_t delay = lived >= FORGOTTEN ? 0 : *wait;

	*wait = delay == 0 ? FIRST : delay * 2;
	if (*wait > LAST)
		*wait = LAST;
	return delay;
}
