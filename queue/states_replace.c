/*
 * How the states log becomes durable, and how a new file takes the place of
 * the old one: nothing may rest on a file before its contents and then its
 * name are synced, and until then the old one is written as well, so that a
 * crash at any moment leaves one that says it all.  A file whose sync failed
 * once is never synced again: the kernel has dropped the pages.
 */
#include "states.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "fd.h"
#include "stop_point.h"

#include "states_format.h"

/* --- syncing ---------------------------------------------------------- */

int
states_sync_begin(struct states *s)
{
	stop_point("states-sync");
	s->unsynced = false;
	s->covers_twin = s->twin != NULL;
	return s->covers_twin ? s->twin->fd : s->fd;
}

static int
broken(struct states *s)
{
	s->health = STATES_BROKEN;
	return -1;
}

/* If it had its name already, that must be gone durably as well. */
void
states_forget(struct states *s)
{
	if (s->twin != NULL)
		states_abandon(s->twin);
	s->twin = NULL;
	s->unsynced = s->unlisted = true;
}

static int
failed_twin(struct states *s)
{
	states_forget(s);
	return -1;
}

/* Gives a finished file its name: from here on a restart would choose it. */
static int
publish(const struct states *s)
{
	char from[STATES_NAME], to[STATES_NAME];

	stop_point("states-rename");
	states_name(from, s->number, true);
	states_name(to, s->number, false);
	if (renameat(s->folder, from, s->folder, to) == -1)
		return -1;
	stop_point("states-renamed");
	return 0;
}

int
states_sync_end(struct states *s, int error)
{
	/* A write may have failed meanwhile. */
	if (s->health == STATES_BROKEN)
		return -1;
	if (s->covers_twin) {
		if (s->twin == NULL || error != 0 || publish(s->twin) == -1)
			return failed_twin(s);
		s->twin->unnamed = false;
		return 1;
	}
	if (error != 0 || (s->unnamed && publish(s) == -1))
		return broken(s);
	s->unnamed = false;
	stop_point("states-synced");
	return s->unlisted;
}

/* The twin is the log now; what waits to be written waits for it. */
static void
adopt(struct states *s)
{
	struct states *twin = s->twin;

	s->former = s->number;
	s->twin = NULL;
	fd_close(&s->fd);
	s->fd = twin->fd;
	s->number = twin->number;
	s->size = twin->size;
	s->live = twin->live;
	twin->fd = -1;
	states_close(twin);
}

int
states_listed(struct states *s, int error)
{
	char old[STATES_NAME];

	if (s->covers_twin && s->twin == NULL)
		return failed_twin(s);
	if (s->covers_twin)
		adopt(s);
	/* A restart may find either name, and the new file is not surely
	 * there after a power cut. */
	if (error != 0 || s->health == STATES_BROKEN)
		return broken(s);
	stop_point("states-replaced");
	s->unlisted = false;
	if (s->health == STATES_ANEW)
		s->health = STATES_GOOD;
	if (s->former == 0)
		return 0;
	states_name(old, s->former, false);
	(void)unlinkat(s->folder, old, 0);
	s->former = 0;
	return 0;
}

/* --- the next file ---------------------------------------------------- */

int
states_begin(struct states *next, const struct states *s)
{
	char name[STATES_NAME];

	states_init(next, s->folder, s->number + 1);
	next->unnamed = true;
	states_name(name, next->number, true);
	if (states_create(next, name) == 0)
		return 0;
	states_abandon(next);
	return -1;
}

int
states_copy(struct states *next, const struct states *s, uint64_t *at,
    uint64_t max)
{
	char buf[65536];
	size_t n;

	for (; max > 0 && *at < s->size; max -= n, *at += n) {
		n = max < sizeof(buf) ? (size_t)max : sizeof(buf);
		if (n > s->size - *at)
			n = (size_t)(s->size - *at);
		if (fd_pread_all(s->fd, buf, n, (off_t)*at) == -1 ||
		    fd_write_all(next->fd, buf, n) == -1)
			return -1;
		next->size += n;
	}
	return 0;
}

void
states_join(struct states *s, struct states *next)
{
	next->live = next->size;
	s->twin = next;
	s->unsynced = true;
}

void
states_rescue(struct states *s, struct states *next)
{
	next->former = s->number;
	next->live = next->size;
	next->health = STATES_ANEW;
	states_close(s);
	*s = *next;
}

void
states_abandon(struct states *next)
{
	char name[STATES_NAME];

	states_name(name, next->number, next->unnamed);
	(void)unlinkat(next->folder, name, 0);
	states_close(next);
}
