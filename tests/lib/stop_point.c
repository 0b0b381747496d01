/*
 * The stop point of test builds: linked in front of the archive, it ends the
 * process as kill -9 would, at the n-th passage of the point that the
 * environment names (MALOTE_STOP_POINT=name or name:n).
 */
#include "stop_point.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_KILLED = 137 };

void
stop_point(const char *name)
{
	static unsigned passed;
	const char *wish = getenv("MALOTE_STOP_POINT");
	size_t n = strlen(name);

	if (wish == NULL || strncmp(wish, name, n) != 0 ||
	    (wish[n] != '\0' && wish[n] != ':'))
		return;
	if (wish[n] == '\0' || ++passed >= (unsigned)atol(wish + n + 1))
		_exit(EXIT_KILLED);
}
