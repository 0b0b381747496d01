/*
 * Remembered sizes of messages.  The file is the user's, who may have put
 * anything there, and a process killed amid a write leaves half of it: it
 * counts only if it is whole by its own checksum.  Nothing here may fail a
 * session; what cannot be read is counted again, what cannot be written is
 * forgotten.
 */
#include "sizes.h"

#include <sys/stat.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "limits.h"

/* Also says the order of bytes: the file of another machine is not ours. */
#define MAGIC		UINT64_C(0x6d6c742d73697a31)	/* "mlt-siz1" */
#define ASKED		(UINT64_C(1) << 63)	/* in a size, in memory */

enum {
	WORTH = 16,		/* counted anew, at least */
	WORTH_PART = 64		/* … and this part of all */
};

struct head {
	uint64_t	magic;
	uint64_t	count;
	uint64_t	sum;
};

struct entry {
	uint64_t	key;
	uint64_t	size;
};

struct sizes {
	int		 fd;
	bool		 loaded;
	struct entry	*known;		/* by key */
	size_t		 known_count;
	size_t		 asked;		/* of them */
	struct entry	*fresh;
	size_t		 fresh_count, fresh_room;
};

/* Fowler, Noll and Vo: spreads names, keeps no secret. */
static uint64_t
key_of(const char *name, size_t len, ino_t inode)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^
	    (uint64_t)inode * UINT64_C(0x9e3779b97f4a7c15);
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
	return h;
}

uint64_t
sizes_sum(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t word, h = MAGIC;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

static int
compare(const void *one, const void *two)
{
	const struct entry *a = one, *b = two;

	return a->key < b->key ? -1 : a->key > b->key;
}

/* --- reading -------------------------------------------------------------- */

/* A plain file of this user that has no other name. */
static bool
is_ours(int fd, off_t *length)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid() || st.st_nlink > 1)
		return false;
	*length = st.st_size;
	return true;
}

static bool
is_sound(const struct head *head, const struct entry *e)
{
	size_t i;

	if (sizes_sum(e, head->count * sizeof(*e)) != head->sum)
		return false;
	for (i = 0; i < head->count; i++)
		if (e[i].size > SIZES_MAX ||
		    (i > 0 && e[i].key < e[i - 1].key))
			return false;
	return true;
}

static void
load(struct sizes *s)
{
	struct entry *e;
	struct head head;
	off_t length;

	s->loaded = true;
	if (!is_ours(s->fd, &length) || length < (off_t)sizeof(head) ||
	    lseek(s->fd, 0, SEEK_SET) == -1 ||
	    fd_read_all(s->fd, &head, sizeof(head)) == -1 ||
	    head.magic != MAGIC || head.count > LIMIT_MAILDROP ||
	    head.count > ((uint64_t)length - sizeof(head)) / sizeof(*e))
		return;
	e = calloc(head.count, sizeof(*e));
	if (e == NULL)
		return;
	if (fd_read_all(s->fd, e, head.count * sizeof(*e)) == -1 ||
	    !is_sound(&head, e)) {
		free(e);
		return;
	}
	s->known = e;
	s->known_count = head.count;
}

struct sizes *
sizes_open(int fd)
{
	struct sizes *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->fd = fd;
	return s;
}

bool
sizes_find(struct sizes *s, const char *name, size_t len, ino_t inode,
    uint64_t *size)
{
	struct entry want = { .key = key_of(name, len, inode) }, *e;

	if (!s->loaded)
		load(s);
	e = s->known_count == 0 ? NULL : bsearch(&want, s->known,
	    s->known_count, sizeof(*e), compare);
	if (e == NULL)
		return false;
	s->asked += (e->size & ASKED) == 0;
	e->size |= ASKED;
	*size = e->size & ~ASKED;
	return true;
}

/* --- writing -------------------------------------------------------------- */

void
sizes_add(struct sizes *s, const char *name, size_t len, ino_t inode,
    uint64_t size)
{
	size_t room = s->fresh_room == 0 ? 64 : s->fresh_room * 2;
	struct entry *e;

	if (s->fresh_count == s->fresh_room) {
		e = reallocarray(s->fresh, room, sizeof(*e));
		if (e == NULL)
			return;
		s->fresh = e;
		s->fresh_room = room;
	}
	s->fresh[s->fresh_count++] = (struct entry){
		key_of(name, len, inode), size
	};
}

/* Head and entries as one block: those asked for and the fresh ones. */
static struct head *
compose(const struct sizes *s, size_t *bytes)
{
	const size_t count = s->asked + s->fresh_count;
	struct head *head;
	struct entry *e;
	size_t i;

	*bytes = sizeof(*head) + count * sizeof(*e);
	head = calloc(1, *bytes);
	if (head == NULL)
		return NULL;
	e = (struct entry *)(head + 1);
	for (i = 0; i < s->known_count; i++)
		if ((s->known[i].size & ASKED) != 0) {
			*e = s->known[i];
			e++->size &= ~ASKED;
		}
	memcpy(e, s->fresh, s->fresh_count * sizeof(*e));
	e = (struct entry *)(head + 1);
	qsort(e, count, sizeof(*e), compare);
	head->magic = MAGIC;
	head->count = count;
	head->sum = sizes_sum(e, count * sizeof(*e));
	return head;
}

/* In place: under the lock nobody reads it, and half of it has no sum. */
static void
save(const struct sizes *s)
{
	struct head *head;
	size_t bytes;
	off_t length;

	if (s->fresh_count < WORTH || s->fresh_count < s->asked / WORTH_PART ||
	    !is_ours(s->fd, &length) || lseek(s->fd, 0, SEEK_SET) == -1)
		return;
	head = compose(s, &bytes);
	if (head != NULL)
		(void)fd_write_all(s->fd, head, bytes);
	free(head);
}

void
sizes_close(struct sizes *s)
{
	if (s == NULL)
		return;
	save(s);
	free(s->known);
	free(s->fresh);
	free(s);
}
