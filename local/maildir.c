/*
 * Maildirs.  A folder of a mailbox belongs to its user and may be changed by
 * him at any moment, so nothing is reached by a path of more than one
 * component and no link is followed.  What is promised as done has been
 * synced, file and name; what failed leaves nothing behind.
 */
#include "maildir.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "fate.h"
#include "fd.h"
#include "letter.h"
#include "stop_point.h"

enum { HOST_MAX = 64, FOLDER_MODE = 0700, FILE_MODE = 0600 };

static const int	folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			    O_NONBLOCK | O_CLOEXEC;

/* --- folders ---------------------------------------------------------- */

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
	m->tmp = m->fresh = m->cur = -1;
	m->folder = open_path(base, path, owner);
	if (m->folder != -1 &&
	    (m->tmp = open_folder(m->folder, "tmp", owner)) != -1 &&
	    (m->fresh = open_folder(m->folder, "new", owner)) != -1 &&
	    (m->cur = open_folder(m->folder, "cur", owner)) != -1)
		return 0;
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

/* --- names ------------------------------------------------------------ */

/* FNV-1a, 64 bits: two recipients of a message that share a mailbox. */
static uint64_t
hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

/* The part of the name that is the same at every attempt: time, unique part
 * and host, the latter without bytes that mean something in a name. */
static void
make_name(const struct letter *l, const char *address, char *name)
{
	char *p;
	int n;

	n = snprintf(name, MAILDIR_NAME, "%llu.%s-%016llx.",
	    (unsigned long long)l->arrival, l->id,
	    (unsigned long long)hash(address));
	(void)strlcpy(name + n, l->hostname, HOST_MAX);
	for (p = name + n; *p != '\0'; p++)
		if (*p == '/' || *p == ':' || *p == ',')
			*p = '_';
}

static DIR *
open_names(int folder)
{
	int fd = openat(folder, ".", folder_flags);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	if (dir == NULL)
		fd_close(&fd);
	return dir;
}

/* The next file of that name, whatever comes after it; NULL: no more, or
 * errno is set. */
static const char *
next_named(DIR *dir, const char *name)
{
	size_t n = strlen(name);
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, name, n) == 0 &&
		    strchr(",:", entry->d_name[n]) != NULL)
			return entry->d_name;
	return NULL;
}

static int
has_name(int folder, const char *name)
{
	DIR *dir = open_names(folder);
	int found;

	if (dir == NULL)
		return -1;
	found = next_named(dir, name) != NULL ? 1 : errno != 0 ? -1 : 0;
	closedir(dir);
	return found;
}

/* What earlier tries left in tmp.  Should one of them live yet, it cannot
 * place its file any more, and nobody waits for its answer. */
static void
sweep(int tmp, const char *name)
{
	DIR *dir = open_names(tmp);
	const char *left;

	if (dir == NULL)
		return;
	while ((left = next_named(dir, name)) != NULL)
		(void)unlinkat(tmp, left, 0);
	closedir(dir);
}

/* --- delivering ------------------------------------------------------- */

void
maildir_fate(struct fate *f, int error, const char *what)
{
	if (error == EDQUOT)
		fate_set(f, 452, "4.2.2", "%s: %s", what, strerror(error));
	else if (error == ENOSPC)
		fate_set(f, 452, "4.3.1", "%s: %s", what, strerror(error));
	else if (error == EPERM)
		fate_set(f, 451, "4.2.0", "%s: it is not the user's", what);
	else
		fate_set(f, 451, "4.2.0", "%s: %s", what, strerror(error));
}

/* One that an earlier attempt left behind is nobody's any more. */
static int
create_anew(int folder, const char *name, int mode)
{
	if (unlinkat(folder, name, 0) == -1 && errno != ENOENT)
		return -1;
	return openat(folder, name, mode | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, FILE_MODE);
}

int
maildir_scratch(int folder, const struct letter *l)
{
	char name[MAILDIR_NAME];
	int fd;

	(void)snprintf(name, sizeof(name), ".malote-%s-%ld", l->id,
	    (long)getpid());
	fd = create_anew(folder, name, O_RDWR);
	if (fd != -1 && unlinkat(folder, name, 0) == -1)
		fd_close(&fd);
	return fd;
}

bool
maildir_copy(const struct letter *l, const char *address, int fd,
    struct copy_size *size, struct fate *f)
{
	switch (copy_letter(l, address, fd, size)) {
	case COPY_OK:
		return true;
	case COPY_LOOP:
		fate_set(f, 554, "5.4.6", "mail loop: this message was"
		    " delivered to %s before", address);
		break;
	case COPY_UNREADABLE:
		fate_set(f, 451, "4.3.0", "the message in the queue: %s",
		    strerror(errno));
		break;
	case COPY_FAILED:
		maildir_fate(f, errno, "writing in the mailbox");
		break;
	}
	return false;
}

/* Fills the file in tmp and syncs it; false with *f set. */
static bool
fill(const struct letter *l, const char *address, int fd,
    struct copy_size *size, struct fate *f)
{
	stop_point("maildir-write");
	if (!maildir_copy(l, address, fd, size, f))
		return false;
	stop_point("maildir-sync");
	if (fsync(fd) == 0) {
		stop_point("maildir-synced");
		return true;
	}
	maildir_fate(f, errno, "fsync in the mailbox");
	return false;
}

/*
 * A name that exists already stands for the same content, so it is done.
 * Where a file system has no links, renaming is as good: nobody else makes
 * this name.  After a failed sync it is not known what the disk has, so the
 * name goes again.
 */
static int
place(const struct maildir *m, const char *old, const char *name)
{
	int error;

	stop_point("maildir-link");
	if (linkat(m->tmp, old, m->fresh, name, 0) == 0 || errno == EEXIST) {
		stop_point("maildir-linked");
		(void)unlinkat(m->tmp, old, 0);
	} else if ((errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK) ||
	    renameat(m->tmp, old, m->fresh, name) == -1)
		return -1;
	stop_point("maildir-folder-sync");
	if (fsync(m->fresh) == 0) {
		stop_point("maildir-folder-synced");
		return 0;
	}
	error = errno;
	(void)unlinkat(m->fresh, name, 0);
	errno = error;
	return -1;
}

static bool
was_placed(const struct maildir *m, const char *name, struct fate *f)
{
	int found = has_name(m->fresh, name);

	if (found == 0)
		found = has_name(m->cur, name);
	/* It may have been placed and not synced when it was cut off. */
	if (found == 1 && (fsync(m->fresh) == -1 || fsync(m->cur) == -1))
		found = -1;
	if (found == -1)
		maildir_fate(f, errno, "looking for an earlier delivery");
	else if (found == 1)
		fate_set(f, 250, "2.0.0", "delivered before");
	return found != 0;
}

/*
 * A worker may outlive the queue that asked it and meet its successor here:
 * each writes a file of its own, or one would place what the other has not
 * written to its end.
 */
static void
make_tmp_name(const char *name, char *tmp)
{
	(void)snprintf(tmp, MAILDIR_NAME, "%s,P=%ld", name, (long)getpid());
}

void
maildir_deliver(const struct maildir *m, const struct letter *l,
    const char *address, struct fate *f, char name[MAILDIR_NAME])
{
	char tmp[MAILDIR_NAME];
	struct copy_size size;
	int fd;

	make_name(l, address, name);
	if (l->again) {
		sweep(m->tmp, name);
		if (was_placed(m, name, f))
			return;
	}
	make_tmp_name(name, tmp);
	fd = create_anew(m->tmp, tmp, O_WRONLY);
	if (fd == -1) {
		maildir_fate(f, errno, "creating a file in the mailbox");
		return;
	}
	if (!fill(l, address, fd, &size, f)) {
		fd_close(&fd);
		(void)unlinkat(m->tmp, tmp, 0);
		return;
	}
	close(fd);
	(void)snprintf(name + strlen(name), MAILDIR_NAME - strlen(name),
	    ",S=%llu,W=%llu", (unsigned long long)size.stored,
	    (unsigned long long)size.wire);
	if (place(m, tmp, name) == -1) {
		maildir_fate(f, errno, "placing a file in the mailbox");
		(void)unlinkat(m->tmp, tmp, 0);
		return;
	}
	fate_set(f, 250, "2.0.0", "delivered");
}
