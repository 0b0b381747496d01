/*
 * Opening Maildirs.  A folder of a mailbox belongs to its user and may be
 * changed by him at any moment, so nothing is reached by a path of more than
 * one component and no link is followed; what is missing is made, and synced.
 */
#include "maildir.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

enum { FOLDER_MODE = 0700 };

static const int	folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			    O_NONBLOCK | O_CLOEXEC;

/* Made folders are synced in their parent, or a mail that was promised could
 * vanish with its folder. */
static int
make_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, FOLDER_MODE) == -1 && errno != EEXIST)
		return -1;
	return fsync(parent);
}

static int
open_folder(int parent, const char *name, uid_t owner)
{
	struct stat st;
	int fd;

	fd = openat(parent, name, folder_flags);
	if (fd == -1 && errno == ENOENT && make_folder(parent, name) == 0)
		fd = openat(parent, name, folder_flags);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		fd_close(&fd);
	else if (st.st_uid != owner) {
		fd_close(&fd);
		errno = EPERM;
	}
	return fd;
}

static bool
is_way_out(const char *component)
{
	return component[0] == '\0' || strcmp(component, ".") == 0 ||
	    strcmp(component, "..") == 0;
}

/* Walks down from base, which stays open. */
static int
open_path(int base, const char *path, uid_t owner)
{
	char component[MAILDIR_NAME];
	int fd = -1, next;
	size_t n;

	for (;;) {
		n = strcspn(path, "/");
		if (n >= sizeof(component)) {
			errno = ENAMETOOLONG;
			break;
		}
		memcpy(component, path, n);
		component[n] = '\0';
		if (is_way_out(component)) {
			errno = EINVAL;
			break;
		}
		next = open_folder(fd == -1 ? base : fd, component, owner);
		fd_close(&fd);
		fd = next;
		if (fd == -1 || path[n] == '\0')
			return fd;
		path += n + 1;
	}
	fd_close(&fd);
	return -1;
}

static void
learn(struct maildir *m)
{
	const int fds[] = { m->folder, m->tmp, m->fresh, m->cur };
	struct stat st;
	size_t i;

	/* What cannot be looked at is never found to be still there. */
	for (i = 0; i < countof(fds); i++)
		m->inodes[i] = fstat(fds[i], &st) == -1 ? 0 : st.st_ino;
	m->device = fstat(m->tmp, &st) == -1 ? 0 : st.st_dev;
}

int
maildir_open(struct maildir *m, int base, const char *path, uid_t owner)
{
	m->tmp = m->fresh = m->cur = -1;
	m->folder = open_path(base, path, owner);
	if (m->folder != -1 &&
	    (m->tmp = open_folder(m->folder, "tmp", owner)) != -1 &&
	    (m->fresh = open_folder(m->folder, "new", owner)) != -1 &&
	    (m->cur = open_folder(m->folder, "cur", owner)) != -1) {
		learn(m);
		return 0;
	}
	maildir_close(m);
	return -1;
}

void
maildir_close(struct maildir *m)
{
	fd_close(&m->cur);
	fd_close(&m->fresh);
	fd_close(&m->tmp);
	fd_close(&m->folder);
}

/* A link in its place would be another inode, and what is open keeps its
 * number to itself. */
static bool
is_same(const struct maildir *m, int base, const char *path, uint64_t inode,
    uid_t owner)
{
	struct stat st;

	return fstatat(base, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == m->device && st.st_ino == inode &&
	    st.st_uid == owner;
}

bool
maildir_is_still(const struct maildir *m, int base, const char *path,
    uid_t owner)
{
	return m->folder != -1 &&
	    is_same(m, base, path, m->inodes[0], owner) &&
	    is_same(m, m->folder, "tmp", m->inodes[1], owner) &&
	    is_same(m, m->folder, "new", m->inodes[2], owner) &&
	    is_same(m, m->folder, "cur", m->inodes[3], owner);
}
