/*
 * Moving without overwriting: one call where the file system knows it, a link
 * and an unlink where it does not.
 */
#include "move_new.h"

#include <sys/syscall.h>

#include <linux/fs.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "stop_point.h"

int
move_new(int from, int to, const char *name)
{
	/* Not every C library has a function for it. */
	if (syscall(SYS_renameat2, from, name, to, name,
	    RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(from, name, to, name, 0) == -1)
		return -1;
	stop_point("spool-linked");
	(void)unlinkat(from, name, 0);
	return 0;
}
