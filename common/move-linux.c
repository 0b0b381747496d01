/* Linux: one system call, where the file system has it. */
#include "move.h"

#include <sys/syscall.h>
#include <errno.h>
#include <unistd.h>

#include "move_parts.h"

#define NOREPLACE	1u	/* RENAME_NOREPLACE, which musl does not name */

int
move_new(int from, const char *old, int to, const char *name)
{
	if (syscall(SYS_renameat2, from, old, to, name, NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return move_by_link(from, old, to, name);
}
