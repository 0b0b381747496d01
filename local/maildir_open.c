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

int
maildir_open(struct maildir *m, int base, const char *path, uid_t owner)
{
	struct stat st;

	m->tmp = m->fresh = m->cur = -1;
	m->folder = open_path(base, path, owner);
	if (m->folder != -1 &&
	    (m->tmp = open_folder(m->folder, "tmp", owner)) != -1 &&
	    (m->fresh = open_folder(m->folder, "new", owner)) != -1 &&
	    (m->cur = open_folder(m->folder, "cur", owner)) != -1 &&
	    fstat(m->tmp, &st) == 0) {
		m->device = (uint64_t)st.st_dev;
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

/* Whether a name still means what is open; a link would not. */
static bool
is_same(int base, const char *path, int fd)
{
	struct stat named, open;

	return fstatat(base, path, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(fd, &open) == 0 && named.st_dev == open.st_dev &&
	    named.st_ino == open.st_ino && named.st_uid == open.st_uid;
}

bool
maildir_is_still(const struct maildir *m, int base, const char *path)
{
	return m->folder != -1 && is_same(base, path, m->folder) &&
	    is_same(m->folder, "tmp", m->tmp) &&
	    is_same(m->folder, "new", m->fresh);
}
