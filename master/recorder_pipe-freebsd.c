/* FreeBSD: the kernel sizes pipes by itself. */
#include "recorder_pipe.h"

void
recorder_pipe(int fd)
{
	(void)fd;
}
