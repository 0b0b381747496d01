/*
 * A Maildir, opened by descriptors, locked and listed.  The Maildir belongs
 * to a user who may put anything into it: links, FIFOs, folders, names of any
 * bytes.  Whatever is no plain file is left out; nothing here follows a link,
 * waits for a FIFO, or fails because of one odd name.
 */
#include "mailbox.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "id.h"
#include "limits.h"
#include "retrieve.h"

#define LOCK_NAME	".malote-lock"
#define NAMES_BLOCK	(64 * 1024)

static const char *const folder_names[MAILBOX_FOLDERS] = { "new", "cur" };

/* Memory for names: blocks that never move, so that pointers stay good. */
struct names {
	struct names	*next;
	size_t		 used;
	char		 data[NAMES_BLOCK];
};

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
	struct names *n;
	size_t i;

	for (i = 0; i < MAILBOX_FOLDERS; i++)
		fd_close(&mb->folders[i]);
	mailbox_unlock(mb);
	while ((n = mb->names) != NULL) {
		mb->names = n->next;
		free(n);
	}
	free(mb->messages);
	mb->messages = NULL;
	mb->count = mb->room = mb->left = 0;
}

/* --- listing ------------------------------------------------------------ */

bool
mailbox_name_size(const char *name, uint64_t *size)
{
	const char *p = strstr(name, ",W=");
	size_t i, n;

	if (p == NULL)
		return false;
	p += 3;
	n = strspn(p, "0123456789");
	/* 12 digits: what no file reaches and no sum of a million overflows. */
	if (n == 0 || n > 12 || strchr(",:", p[n]) == NULL)
		return false;
	for (*size = 0, i = 0; i < n; i++)
		*size = *size * 10 + (uint64_t)(p[i] - '0');
	return true;
}

/*
 * Names of ours begin with an id, those of others with the seconds since the
 * epoch and a dot; both tell the age, so that messages stand in the order of
 * their arrival without a look at each file.
 */
static uint64_t
name_age(const char *name)
{
	char id[ID_SIZE];
	size_t n = strcspn(name, ".,:");
	size_t digits = strspn(name, "0123456789");

	if (digits == n && n > 0 && n < 12)
		return strtoull(name, NULL, 10) * 1000000;
	if (n != sizeof(id) - 1)
		return 0;
	memcpy(id, name, n);
	id[n] = '\0';
	return id_time(id);
}

static const char *
keep_name(struct mailbox *mb, const char *name)
{
	size_t n = strlen(name) + 1;
	struct names *b = mb->names;
	char *p;

	if (b == NULL || n > sizeof(b->data) - b->used) {
		b = malloc(sizeof(*b));
		if (b == NULL)
			return NULL;
		b->next = mb->names;
		b->used = 0;
		mb->names = b;
	}
	p = b->data + b->used;
	memcpy(p, name, n);
	b->used += n;
	return p;
}

static int
make_room(struct mailbox *mb)
{
	size_t room = mb->room == 0 ? 64 : mb->room * 2;
	struct message *p;

	if (mb->count < mb->room)
		return 0;
	p = reallocarray(mb->messages, room, sizeof(*p));
	if (p == NULL)
		return -1;
	mb->messages = p;
	mb->room = room;
	return 0;
}

static int
open_file(int folder, const char *name, off_t *length)
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

/* The size by the name, else counted; false when it cannot be a message. */
static bool
find_size(int folder, const struct dirent *d, uint64_t *size)
{
	bool plain = d->d_type == DT_REG;
	off_t length;
	int fd, n;

	if (!plain && d->d_type != DT_UNKNOWN)
		return false;
	if (plain && mailbox_name_size(d->d_name, size))
		return true;
	fd = open_file(folder, d->d_name, &length);
	if (fd == -1)
		return false;
	n = retrieve_size(fd, size);
	fd_close(&fd);
	return n == 0;
}

static int
add_message(struct mailbox *mb, uint8_t folder, const struct dirent *d)
{
	struct message m = { .folder = folder };

	if (!find_size(mb->folders[folder], d, &m.size))
		return 0;
	m.name = keep_name(mb, d->d_name);
	if (m.name == NULL || make_room(mb) == -1)
		return -1;
	m.age = name_age(m.name);
	m.unique = (uint8_t)strcspn(m.name, ",:");
	mb->messages[mb->count++] = m;
	return 0;
}

static int
list_folder(struct mailbox *mb, uint8_t folder)
{
	struct dirent *d;
	DIR *dir;
	int fd;

	fd = open_folder(mb->folders[folder], ".");
	dir = fd == -1 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	for (errno = 0; mb->count < LIMIT_MAILDROP; errno = 0) {
		d = readdir(dir);
		if (d == NULL)
			break;
		if (d->d_name[0] != '.' && add_message(mb, folder, d) == -1)
			break;
	}
	fd = errno;
	closedir(dir);
	errno = fd;
	return errno == 0 ? 0 : -1;
}

/* By unique part, as bytes. */
static int
compare_unique(const struct message *a, const struct message *b)
{
	size_t n = a->unique < b->unique ? a->unique : b->unique;
	int c = memcmp(a->name, b->name, n);

	return c != 0 ? c : (int)a->unique - (int)b->unique;
}

static int
compare(const void *one, const void *two)
{
	const struct message *a = one, *b = two;
	int c;

	if (a->age != b->age)
		return a->age < b->age ? -1 : 1;
	c = compare_unique(a, b);
	return c != 0 ? c : strcmp(a->name, b->name);
}

int
mailbox_list(struct mailbox *mb)
{
	size_t i;

	for (i = 0; i < MAILBOX_FOLDERS; i++)
		if (mb->folders[i] != -1 &&
		    list_folder(mb, (uint8_t)i) == -1)
			return -1;
	if (mb->count > 0)
		qsort(mb->messages, mb->count, sizeof(mb->messages[0]),
		    compare);
	for (i = 1; i < mb->count; i++)
		mb->messages[i].twin = compare_unique(&mb->messages[i - 1],
		    &mb->messages[i]) == 0;
	mailbox_unmark(mb);
	return 0;
}

/* --- messages ----------------------------------------------------------- */

int
mailbox_message(const struct mailbox *mb, size_t i, off_t *length)
{
	const struct message *m = &mb->messages[i];

	return open_file(mb->folders[m->folder], m->name, length);
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
