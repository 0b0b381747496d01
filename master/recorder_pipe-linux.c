/* Linux: a pipe takes 64 KiB if nobody asks for more. */
#include "recorder_pipe.h"

#include <fcntl.h>

void
recorder_pipe(int fd)
{
	(void)fcntl(fd, F_SETPIPE_SZ, 1024 * 1024);
}
