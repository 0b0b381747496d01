/*
 * The tables alias looks in.  conf makes them, root puts them in place by a
 * rename, so an open one never changes; a new one is taken when its name
 * stands for another file.  A table that cannot be read is no empty table:
 * whoever asks hears that and answers "later".
 */
#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "table.h"

enum { LOOK_EVERY = 1000 };	/* milliseconds */

static const char *const	files[SHELF_COUNT] = {
	[SHELF_ALIASES] = "aliases.cdb",
	[SHELF_USERS] = "users.cdb",
};

struct directory {
	int		folder;
	int64_t		look_at;		/* not before */
	struct edition	now;
	int		complained[SHELF_COUNT]; /* errno told last */
};

struct directory *
directory_new(int folder)
{
	struct directory *d = calloc(1, sizeof(*d));

	if (d == NULL)
		die_temp("tables");
	d->folder = folder;
	return d;
}

static void
book_release(struct book *b)
{
	if (b == NULL || --b->refs > 0)
		return;
	table_close(b->table);
	free(b);
}

/* Takes over fd. */
static struct book *
book_open(int fd)
{
	uint64_t stamp = table_stamp(fd);
	struct book *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		fd_close(&fd);
		return NULL;
	}
	b->refs = 1;
	b->stamp = stamp;
	b->table = table_open(fd);
	if (b->table == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

/* Once for each new reason, not once a second. */
static void
complain(struct directory *d, enum shelf shelf, int error)
{
	struct event e;

	if (d->complained[shelf] == error)
		return;
	d->complained[shelf] = error;
	event_open(&e, EV_TABLE_FAULTY);
	event_str(&e, "name", files[shelf]);
	event_str(&e, "why", strerror(error));
	event_send(&e);
}

static void
look_at(struct directory *d, enum shelf shelf)
{
	struct book *old = d->now.books[shelf], *b;
	int fd;

	fd = openat(d->folder, files[shelf],
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1) {
		complain(d, shelf, errno);
		return;
	}
	if (old != NULL && table_stamp(fd) == old->stamp) {
		close(fd);
		return;
	}
	b = book_open(fd);
	if (b == NULL) {
		complain(d, shelf, errno == 0 ? EIO : errno);
		return;
	}
	d->complained[shelf] = 0;
	d->now.books[shelf] = b;
	book_release(old);
	event_one(EV_TABLE, "name", files[shelf]);
}

struct edition
directory_hold(struct directory *d)
{
	int64_t now = fd_now();
	size_t i;

	if (now >= d->look_at) {
		for (i = 0; i < SHELF_COUNT; i++)
			look_at(d, (enum shelf)i);
		d->look_at = now + LOOK_EVERY;
	}
	for (i = 0; i < SHELF_COUNT; i++)
		if (d->now.books[i] != NULL)
			d->now.books[i]->refs++;
	return d->now;
}

void
edition_release(struct edition *e)
{
	size_t i;

	for (i = 0; i < SHELF_COUNT; i++) {
		book_release(e->books[i]);
		e->books[i] = NULL;
	}
}

int
edition_find(const struct edition *e, enum shelf shelf, const char *key,
    struct str *value)
{
	if (e->books[shelf] == NULL) {
		errno = ENOENT;
		return -1;
	}
	return table_find(e->books[shelf]->table, key, 0, value);
}

struct table_walk *
edition_walk(const struct edition *e, enum shelf shelf, const char *key)
{
	if (e->books[shelf] == NULL) {
		errno = ENOENT;
		return NULL;
	}
	return table_walk_new(e->books[shelf]->table, key);
}
