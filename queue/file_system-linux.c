/*
 * Linux: a file system is trusted by its magic number (statfs(2)): those that
 * write to a disk of this machine themselves, and report a failed write to
 * syncfs(2).  All others, of other machines or of user space, are not.
 */
#include "file_systems.h"

#include <sys/vfs.h>
#include <linux/magic.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fd.h"

#define MAGIC_XFS	0x58465342
#define MAGIC_JFS	0x3153464a
#define MAGIC_ZFS	0x2fc12fc1
#define MAGIC_BCACHEFS	0xca451a4e

/* tmpfs has nothing that could be lost later than by the next stop. */
static const long	local[] = {
	EXT4_SUPER_MAGIC, MAGIC_XFS, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
	MAGIC_JFS, MAGIC_ZFS, MAGIC_BCACHEFS, OVERLAYFS_SUPER_MAGIC,
	TMPFS_MAGIC
};

const char *
file_system_objection(int fd)
{
	struct statfs fs;
	size_t i;

	if (fstatfs(fd, &fs) == -1)
		return strerror(errno);
	for (i = 0; i < countof(local); i++)
		if ((unsigned)fs.f_type == (unsigned)local[i])
			return NULL;
	return "not a file system of a local disk: each delivery is synced";
}
