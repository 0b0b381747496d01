/*
 * What every program needs of descriptors and clocks.
 */
#include "fd.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

int64_t
fd_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
fd_close(int *fd)
{
	int keep = errno;

	if (*fd != -1)
		close(*fd);
	*fd = -1;
	errno = keep;
}
