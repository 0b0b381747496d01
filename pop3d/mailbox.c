/*
 * A Maildir, opened by descriptors and locked, and its messages by number.
 * The Maildir belongs to a user who may put anything into it at any time:
 * nothing here follows a link, waits for a FIFO, or reads what is no plain
 * file.
 */
#include "mailbox.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "limits.h"
#include "listing.h"

#define LOCK_NAME	".malote-lock"

static const char *const folder_names[MAILBOX_FOLDERS] = { "new", "cur" };

/* --- opening ------------------------------------------------------------ */

static int
open_folder(int base, const char *name)
{
	return openat(base, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Opens path below base, one component after the other, never by a link. */
static int
open_path(int base, const char *path)
{
	char name[LIMIT_PATHNAME];
	int fd = base, next;
	size_t n;

	do {
		n = strcspn(path, "/");
		if (n == 0 || n >= sizeof(name) ||
		    strncmp(path, "..", n) == 0) {
			errno = EINVAL;
			next = -1;
		} else {
			memcpy(name, path, n);
			name[n] = '\0';
			next = open_folder(fd, name);
		}
		if (fd != base)
			fd_close(&fd);
		fd = next;
		path += n + (path[n] == '/');
	} while (fd != -1 && *path != '\0');
	return fd;
}

static int
check_owner(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_uid == geteuid())
		return 0;
	errno = EPERM;
	return -1;
}

/*
 * A record lock of fcntl(2) dies with its process, so a killed session never
 * leaves a maildrop locked.
 */
static int
take_lock(struct mailbox *mb, int maildir)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	mb->lock = openat(maildir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW |
	    O_NONBLOCK | O_CLOEXEC, 0600);
	if (mb->lock == -1)
		return -1;
	return fcntl(mb->lock, F_SETLK, &whole) == -1 ? -1 : 0;
}

static int
open_folders(struct mailbox *mb, int maildir)
{
	size_t i;

	for (i = 0; i < MAILBOX_FOLDERS; i++) {
		mb->folders[i] = open_folder(maildir, folder_names[i]);
		if (mb->folders[i] == -1 && errno != ENOENT)
			return -1;
	}
	return 0;
}

static int
refuse(struct mailbox *mb, struct fate *why, const char *what, bool locking)
{
	if (locking && (errno == EAGAIN || errno == EACCES))
		fate_set(why, 450, RELAY_IN_USE,
		    "another session has this maildrop open");
	else
		fate_set(why, 450, "4.3.0", "%s: %s", what, strerror(errno));
	mailbox_close(mb);
	return -1;
}

int
mailbox_open(struct mailbox *mb, int base, const char *path, struct fate *why)
{
	int maildir, locked;

	memset(mb, 0, sizeof(*mb));
	mb->lock = mb->folders[MAILBOX_NEW] = mb->folders[MAILBOX_CUR] = -1;
	maildir = open_path(base, path);
	if (maildir == -1 && errno == ENOENT)
		return 0;
	if (maildir == -1 || check_owner(maildir) == -1 ||
	    open_folders(mb, maildir) == -1) {
		fd_close(&maildir);
		return refuse(mb, why, "cannot open the maildrop", false);
	}
	locked = take_lock(mb, maildir);
	fd_close(&maildir);
	if (locked == -1)
		return refuse(mb, why, "cannot lock the maildrop",
		    mb->lock != -1);
	return 0;
}

void
mailbox_unlock(struct mailbox *mb)
{
	fd_close(&mb->lock);
}

void
mailbox_close(struct mailbox *mb)
{
	size_t i;

	for (i = 0; i < MAILBOX_FOLDERS; i++)
		fd_close(&mb->folders[i]);
	mailbox_unlock(mb);
	listing_free(mb);
}

/* --- messages ----------------------------------------------------------- */

int
mailbox_file(int folder, const char *name, off_t *length)
{
	struct stat st;
	int fd;

	fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*length = st.st_size;
		return fd;
	}
	fd_close(&fd);
	errno = ENOENT;
	return -1;
}

int
mailbox_message(const struct mailbox *mb, size_t i, off_t *length)
{
	const struct message *m = &mb->messages[i];

	return mailbox_file(mb->folders[m->folder], m->name, length);
}

void
mailbox_mark(struct mailbox *mb, size_t i)
{
	struct message *m = &mb->messages[i];

	if (m->deleted)
		return;
	m->deleted = true;
	mb->left--;
	mb->octets -= m->size;
}

void
mailbox_unmark(struct mailbox *mb)
{
	size_t i;

	mb->left = mb->count;
	for (mb->octets = 0, i = 0; i < mb->count; i++) {
		mb->messages[i].deleted = false;
		mb->octets += mb->messages[i].size;
	}
}

/* Fowler, Noll and Vo: spreads names, keeps no secret. */
static uint64_t
hash(const char *p, size_t n, uint64_t h)
{
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/*
 * The unique part of the name, which no two messages of any time share, as
 * long as it is 1 to 70 characters of 0x21 to 0x7e.  Else a digest of it; of
 * the whole name when the same unique part stands twice.
 */
void
mailbox_uidl(const struct mailbox *mb, size_t i, char uidl[RELAY_UIDL + 1])
{
	const struct message *m = &mb->messages[i];
	size_t n = m->twin ? strlen(m->name) : m->unique;

	if (!m->twin && n > 0 && n <= RELAY_UIDL &&
	    relay_is_printable(m->name, n)) {
		memcpy(uidl, m->name, n);
		uidl[n] = '\0';
		return;
	}
	(void)snprintf(uidl, RELAY_UIDL + 1, "%016llx%016llx",
	    (unsigned long long)hash(m->name, n,
	    UINT64_C(0xcbf29ce484222325)),
	    (unsigned long long)hash(m->name, n,
	    UINT64_C(0x84222325cbf29ce4)));
}
