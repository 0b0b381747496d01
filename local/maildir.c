/*
 * Delivering into a Maildir.  Its folders belong to its user and may be
 * changed by him at any moment: what was opened is used, and no link is
 * followed.  What is promised as done has been synced, file and name; what
 * failed leaves nothing behind.
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
#include "move.h"
#include "stop_point.h"

enum { HOST_MAX = 64, FILE_MODE = 0600 };

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
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

/* 1: its whole name is in found; 0: it is not there; -1 with errno. */
static int
find_name(int folder, const char *name, char found[MAILDIR_NAME])
{
	DIR *dir = open_names(folder);
	const char *whole;
	int n;

	if (dir == NULL)
		return -1;
	whole = next_named(dir, name);
	n = whole != NULL ? 1 : errno != 0 ? -1 : 0;
	if (whole != NULL &&
	    strlcpy(found, whole, MAILDIR_NAME) >= MAILDIR_NAME) {
		errno = ENAMETOOLONG;
		n = -1;
	}
	closedir(dir);
	return n;
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
	const int flags = mode | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, name, flags, FILE_MODE);

	if (fd != -1 || errno != EEXIST)
		return fd;
	if (unlinkat(folder, name, 0) == -1 && errno != ENOENT)
		return -1;
	return openat(folder, name, flags, FILE_MODE);
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

static bool
sync_file(int fd, struct fate *f)
{
	stop_point("maildir-sync");
	if (fsync(fd) == 0) {
		stop_point("maildir-synced");
		return true;
	}
	maildir_fate(f, errno, "fsync in the mailbox");
	return false;
}

/*
 * A worker may outlive the queue that asked it and meet its successor here:
 * each writes a file of its own, or one would place what the other has not
 * written to its end.
 */
static void
make_tmp_name(const char *name, char *tmp)
{
	(void)snprintf(tmp, MAILDIR_NAME, "%.*s,P=%ld",
	    (int)strcspn(name, ","), name, (long)getpid());
}

void
maildir_drop(const struct maildir *m, const char *name)
{
	char tmp[MAILDIR_NAME];

	make_tmp_name(name, tmp);
	(void)unlinkat(m->tmp, tmp, 0);
}

/* The file in tmp; name gets its sizes. */
static bool
write_file(const struct maildir *m, const struct letter *l,
    const char *address, bool sync, struct fate *f, char *name)
{
	size_t n = strlen(name);
	struct copy_size size;
	char tmp[MAILDIR_NAME];
	bool good;
	int fd;

	make_tmp_name(name, tmp);
	fd = create_anew(m->tmp, tmp, O_WRONLY);
	if (fd == -1) {
		maildir_fate(f, errno, "creating a file in the mailbox");
		return false;
	}
	stop_point("maildir-write");
	good = maildir_copy(l, address, fd, &size, f) &&
	    (!sync || sync_file(fd, f));
	close(fd);
	if (good)
		(void)snprintf(name + n, MAILDIR_NAME - n, ",S=%llu,W=%llu",
		    (unsigned long long)size.stored,
		    (unsigned long long)size.wire);
	else
		maildir_drop(m, name);
	return good;
}

static int
sync_folder(int folder)
{
	stop_point("maildir-folder-sync");
	if (fsync(folder) == -1)
		return -1;
	stop_point("maildir-folder-synced");
	return 0;
}

/* There the name, which is made of the message's id, must do. */
static bool
has_no_links(int error)
{
	return error == EPERM || error == EOPNOTSUPP || error == EMLINK;
}

/*
 * A name that exists already stands for the same content, so it is done.
 * After a failed sync it is not known what the disk has, so the name goes
 * again.
 */
static int
place(const struct maildir *m, const char *name, bool sync)
{
	char tmp[MAILDIR_NAME];
	int error;

	make_tmp_name(name, tmp);
	stop_point("maildir-move");
	if (move_new(m->tmp, tmp, m->fresh, name) == -1) {
		if (errno == EEXIST)
			(void)unlinkat(m->tmp, tmp, 0);
		else if (!has_no_links(errno) ||
		    renameat(m->tmp, tmp, m->fresh, name) == -1)
			return -1;
	}
	stop_point("maildir-moved");
	if (!sync || sync_folder(m->fresh) == 0)
		return 0;
	error = errno;
	(void)unlinkat(m->fresh, name, 0);
	errno = error;
	return -1;
}

bool
maildir_place(const struct maildir *m, const char *name, bool sync,
    struct fate *f)
{
	if (place(m, name, sync) == 0) {
		fate_set(f, 250, "2.0.0", "delivered");
		return true;
	}
	maildir_fate(f, errno, "placing a file in the mailbox");
	maildir_drop(m, name);
	return false;
}

bool
maildir_sync(const struct maildir *m, const char *name, struct fate *f)
{
	char tmp[MAILDIR_NAME];
	bool good;
	int fd;

	make_tmp_name(name, tmp);
	fd = openat(m->tmp, tmp, O_WRONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	if (fd == -1) {
		maildir_fate(f, errno, "opening a file in the mailbox");
		return false;
	}
	good = sync_file(fd, f);
	close(fd);
	if (!good)
		maildir_drop(m, name);
	return good;
}

/* 1: the folder it is in, and its whole name there; 0: nowhere; -1. */
static int
find_placed(const struct maildir *m, const char *name, int *folder,
    char found[MAILDIR_NAME])
{
	int n;

	*folder = m->fresh;
	n = find_name(*folder, name, found);
	if (n != 0)
		return n;
	*folder = m->cur;
	return find_name(*folder, name, found);
}

static bool
was_placed(const struct maildir *m, const char *name, struct fate *f)
{
	char whole[MAILDIR_NAME];
	int folder, found = find_placed(m, name, &folder, whole);

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
 * It was placed, and then a sync failed: the disk may have none of it.  The
 * same content takes its place, so that nobody ever misses it; where it is no
 * more, its reader has had it.
 */
static void
deliver_anew(const struct maildir *m, const struct letter *l,
    const char *address, struct fate *f, char *name)
{
	char whole[MAILDIR_NAME], tmp[MAILDIR_NAME];
	int folder, found = find_placed(m, name, &folder, whole);

	fate_set(f, 250, "2.0.0", "delivered before");
	if (found == 0)
		return;
	if (found == -1) {
		maildir_fate(f, errno, "looking for an earlier delivery");
		return;
	}
	if (!write_file(m, l, address, true, f, name))
		return;
	make_tmp_name(name, tmp);
	if (renameat(m->tmp, tmp, folder, whole) == -1 ||
	    sync_folder(folder) == -1) {
		maildir_fate(f, errno, "placing a file in the mailbox");
		maildir_drop(m, name);
	}
}

bool
maildir_write(const struct maildir *m, const struct letter *l,
    const char *address, bool sync, struct fate *f, char name[MAILDIR_NAME])
{
	make_name(l, address, name);
	if (l->again) {
		sweep(m->tmp, name);
		if (was_placed(m, name, f))
			return false;
	}
	return write_file(m, l, address, sync, f, name);
}

void
maildir_deliver(const struct maildir *m, const struct letter *l,
    const char *address, struct fate *f, char name[MAILDIR_NAME])
{
	if (l->anew) {
		make_name(l, address, name);
		sweep(m->tmp, name);
		deliver_anew(m, l, address, f, name);
	} else if (maildir_write(m, l, address, true, f, name))
		(void)maildir_place(m, name, true, f);
}
