/*
 * The list of a Maildir.  Names and files are the user's: names of any bytes,
 * links, FIFOs, folders; one odd file never fails the list, and none is opened
 * whose size its name tells or an earlier session counted.
 */
#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "id.h"
#include "limits.h"
#include "mailbox.h"
#include "retrieve.h"
#include "sizes.h"

#define NAMES_BLOCK	(64 * 1024)
#define SORT_ASIDE	16384	/* messages at most */

/* Memory for names: blocks that never move, so that pointers stay good. */
struct names {
	struct names	*next;
	size_t		 used;
	char		 data[NAMES_BLOCK];
};

/* A list while it is made. */
struct listing {
	struct mailbox	*mb;
	struct sizes	*sizes;		/* NULL: none are remembered */
	unsigned	 folder;
};

/* --- names ---------------------------------------------------------------- */

/* --- listing ------------------------------------------------------------ */

bool
listing_name_size(const char *name, uint64_t *size)
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

/* --- files ---------------------------------------------------------------- */

/* By its name, or nothing is known. */
static bool
count_size(const struct listing *l, const char *name, uint64_t *size)
{
	off_t length;
	int n, fd = mailbox_file(l->mb->folders[l->folder], name, &length);

	if (fd == -1)
		return false;
	n = retrieve_size(fd, size);
	close(fd);
	if (*size > SIZES_MAX)
		*size = SIZES_MAX;
	return n == 0;
}

/*
 * The size by the name, as it is remembered, or else counted; false when it
 * cannot be a message.  Where the folder does not say what is a plain file,
 * each is opened.
 */
static bool
find_size(const struct listing *l, const struct dirent *d, size_t unique,
    uint64_t *size)
{
	if (d->d_type == DT_UNKNOWN)
		return count_size(l, d->d_name, size);
	if (d->d_type != DT_REG)
		return false;
	if (listing_name_size(d->d_name, size))
		return true;
	if (l->sizes != NULL &&
	    sizes_find(l->sizes, d->d_name, unique, d->d_ino, size))
		return true;
	if (!count_size(l, d->d_name, size))
		return false;
	if (l->sizes != NULL)
		sizes_add(l->sizes, d->d_name, unique, d->d_ino, *size);
	return true;
}

static int
add_message(const struct listing *l, const struct dirent *d)
{
	size_t unique = strcspn(d->d_name, ",:");
	struct mailbox *mb = l->mb;
	struct message m = { .age = name_age(d->d_name) };
	uint64_t size;

	if (!find_size(l, d, unique, &size))
		return 0;
	m.name = keep_name(mb, d->d_name);
	if (m.name == NULL || make_room(mb) == -1)
		return -1;
	m.size = size & SIZES_MAX;
	m.unique = unique & UINT8_MAX;
	m.folder = l->folder & 1;
	mb->messages[mb->count++] = m;
	return 0;
}

static int
list_folder(const struct listing *l)
{
	struct mailbox *mb = l->mb;
	struct dirent *d;
	DIR *dir;
	int fd;

	fd = openat(mb->folders[l->folder], ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd == -1 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	for (errno = 0; mb->count < LIMIT_MAILDROP; errno = 0) {
		d = readdir(dir);
		if (d == NULL)
			break;
		if (d->d_name[0] != '.' && add_message(l, d) == -1)
			break;
	}
	fd = errno;
	closedir(dir);
	errno = fd;
	return errno == 0 ? 0 : -1;
}

/* --- order ---------------------------------------------------------------- */

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

/* The libraries' qsort(3) is faster, but some sort in a second array. */
static void
sort(struct mailbox *mb)
{
	const size_t each = sizeof(mb->messages[0]);
	size_t i;

	if (mb->count > SORT_ASIDE)
		(void)heapsort(mb->messages, mb->count, each, compare);
	else if (mb->count > 0)
		qsort(mb->messages, mb->count, each, compare);
	for (i = 1; i < mb->count; i++)
		mb->messages[i].twin = compare_unique(&mb->messages[i - 1],
		    &mb->messages[i]) == 0;
}

int
listing_make(struct mailbox *mb)
{
	struct listing l = { .mb = mb };
	int n = 0;

	if (mb->lock != -1)
		l.sizes = sizes_open(mb->lock);
	for (; n == 0 && l.folder < MAILBOX_FOLDERS; l.folder++)
		if (mb->folders[l.folder] != -1)
			n = list_folder(&l);
	sizes_close(l.sizes);
	if (n == -1)
		return -1;
	sort(mb);
	mailbox_unmark(mb);
	return 0;
}

void
listing_free(struct mailbox *mb)
{
	struct names *n;

	while ((n = mb->names) != NULL) {
		mb->names = n->next;
		free(n);
	}
	free(mb->messages);
	mb->messages = NULL;
	mb->count = mb->room = mb->left = 0;
}
