/*
 * The states log: append, sync, begin anew.  The records that wait in memory
 * are whole, and a short write goes on at its byte, so the file is always a
 * sequence of records with at most one torn at its end.  A file whose sync
 * failed once is never synced again: the kernel has dropped the pages.
 */
#include "states.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "stop_point.h"

#include "crc.h"
#include "states_format.h"

enum {
	PENDING_MAX = 64 * 1024 * 1024,
	RESERVE = 1024 * 1024
};

static const char	reserve_name[] = "reserve";

void
states_name(char name[STATES_NAME], uint64_t number, bool unfinished)
{
	(void)snprintf(name, STATES_NAME, "states.%llu%s",
	    (unsigned long long)number, unfinished ? ".new" : "");
}

/* --- room ------------------------------------------------------------- */

/*
 * A megabyte of real blocks that is given back to the file system when the
 * log cannot grow, so that what is in flight can still be recorded.
 */
static int
reserve_make(int folder)
{
	static const char zeros[16384];
	size_t n;
	int fd;

	fd = openat(folder, reserve_name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return errno == EEXIST ? 0 : -1;
	for (n = 0; n < RESERVE; n += sizeof(zeros))
		if (fd_write_all(fd, zeros, sizeof(zeros)) == -1) {
			(void)unlinkat(folder, reserve_name, 0);
			fd_close(&fd);
			return -1;
		}
	fd_close(&fd);
	return 0;
}

static bool
is_no_room(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* --- writing ---------------------------------------------------------- */

static int
ails(struct states *s, enum states_health health)
{
	if (s->health != STATES_BROKEN)
		s->health = health;
	return -1;
}

void
states_put(struct states *s, const struct wire *wire, const void *msg)
{
	unsigned char sum[STATES_SUM];
	struct frame frame;
	uint32_t crc;
	size_t len = s->pending.len;

	/* A broken log is written anew from memory, which knows it all. */
	if (s->health == STATES_BROKEN)
		return;
	if (frame_put(&frame, wire, msg) == -1) {
		(void)ails(s, STATES_BROKEN);
		return;
	}
	crc = crc32c(0, frame.data, frame.len);
	sum[0] = (unsigned char)(crc >> 24);
	sum[1] = (unsigned char)(crc >> 16);
	sum[2] = (unsigned char)(crc >> 8);
	sum[3] = (unsigned char)crc;
	if (str_add(&s->pending, sum, sizeof(sum)) == -1 ||
	    str_add(&s->pending, frame.data, frame.len) == -1) {
		s->pending.len = len;
		(void)ails(s, STATES_BROKEN);
	}
}

static int
write_failed(struct states *s, size_t done)
{
	int error = errno;

	str_drop(&s->pending, done);
	if (!is_no_room(error))
		return ails(s, STATES_BROKEN);
	(void)unlinkat(s->folder, reserve_name, 0);
	errno = error;
	return ails(s, STATES_FULL);
}

/* Writes until nothing waits or the system refuses. */
static int
write_pending(struct states *s)
{
	size_t done = 0;
	ssize_t n;

	while (done < s->pending.len) {
		n = write(s->fd, s->pending.data + done,
		    s->pending.len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return write_failed(s, done);
		done += (size_t)n;
		s->size += (uint64_t)n;
		s->unsynced = true;
	}
	str_clear(&s->pending);
	return 0;
}

int
states_write(struct states *s)
{
	if (s->health == STATES_BROKEN)
		return -1;
	if (s->pending.len == 0)
		return 0;
	stop_point("states-write");
	if (write_pending(s) == 0) {
		stop_point("states-written");
		return 0;
	}
	/* The reserve is free now: what is in flight goes there. */
	return s->health == STATES_FULL ? write_pending(s) : -1;
}

int
states_sync(struct states *s)
{
	if (states_write(s) == -1)
		return -1;
	if (!s->unsynced)
		return 0;
	stop_point("states-sync");
	if (fdatasync(s->fd) == -1)
		return ails(s, STATES_BROKEN);
	s->unsynced = false;
	stop_point("states-synced");
	return 0;
}

int
states_mend(struct states *s)
{
	if (s->health == STATES_BROKEN || write_pending(s) == -1 ||
	    reserve_make(s->folder) == -1)
		return -1;
	s->health = STATES_GOOD;
	return 0;
}

/* --- files ------------------------------------------------------------ */

static int
create(struct states *s, int folder, uint64_t number)
{
	char name[STATES_NAME];

	memset(s, 0, sizeof(*s));
	s->folder = folder;
	s->number = number;
	str_init(&s->pending, PENDING_MAX);
	states_name(name, number, true);
	s->fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->fd == -1)
		return -1;
	return str_add(&s->pending, STATES_MAGIC, STATES_MAGIC_LEN);
}

int
states_begin(struct states *next, const struct states *s)
{
	if (create(next, s->folder, s->number + 1) == 0)
		return 0;
	states_abandon(next);
	return -1;
}

void
states_abandon(struct states *next)
{
	char name[STATES_NAME];

	states_name(name, next->number, true);
	(void)unlinkat(next->folder, name, 0);
	states_close(next);
}

/* Gives the finished file its name.  Not yet durably: see states_replace(). */
static int
publish(struct states *s)
{
	char from[STATES_NAME], to[STATES_NAME];
	int error;

	states_name(from, s->number, true);
	states_name(to, s->number, false);
	s->live = s->size + s->pending.len;
	if (states_sync(s) == 0) {
		stop_point("states-rename");
		if (renameat(s->folder, from, s->folder, to) == 0)
			return 0;
	}
	error = errno;
	(void)unlinkat(s->folder, from, 0);
	errno = error;
	return -1;
}

/*
 * Once it has its name the new file is the log, whatever comes: a restart
 * would choose it.  Until the name is durable nothing may rest on it.
 */
static int
settle(struct states *s)
{
	if (fsync(s->folder) == -1)
		return ails(s, STATES_BROKEN);
	stop_point("states-replaced");
	return 0;
}

int
states_replace(struct states *s, struct states *next)
{
	char old[STATES_NAME];

	if (publish(next) == -1) {
		states_close(next);
		return -1;
	}
	states_name(old, s->number, false);
	states_close(s);
	*s = *next;
	if (settle(s) == -1)
		return -1;
	(void)unlinkat(s->folder, old, 0);
	return 0;
}

void
states_close(struct states *s)
{
	str_free(&s->pending);
	fd_close(&s->fd);
}

/* --- at start --------------------------------------------------------- */

static int
open_existing(struct states *s, int folder, uint64_t number,
    void (*record)(void *, const struct frame *), void *ctx,
    struct states_found *found)
{
	char name[STATES_NAME];

	memset(s, 0, sizeof(*s));
	s->folder = folder;
	s->number = number;
	str_init(&s->pending, PENDING_MAX);
	states_name(name, number, false);
	s->fd = openat(folder, name,
	    O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (s->fd == -1 || states_read(s->fd, record, ctx, found) == -1)
		return -1;
	/* Nothing may be appended behind half a record. */
	if (found->torn && ftruncate(s->fd, (off_t)found->end) == -1)
		return -1;
	s->size = found->end;
	s->unsynced = true;
	return 0;
}

int
states_open(struct states *s, int folder, void (*record)(void *,
    const struct frame *), void *ctx, struct states_found *found)
{
	uint64_t newest;

	memset(found, 0, sizeof(*found));
	if (states_newest(folder, &newest) == -1)
		return -1;
	(void)reserve_make(folder);
	if (newest != 0)
		return open_existing(s, folder, newest, record, ctx, found);
	if (create(s, folder, 1) == -1 || publish(s) == -1)
		return -1;
	return settle(s);
}
