/*
 * The states log: append.  The records that wait in memory are whole, and a
 * short write goes on at its byte, so what one run wrote is always a sequence
 * of records with at most one torn at its end.  What will take the place of
 * the file is written the same; where that fails, it is forgotten.
 */
#include "states.h"

#include <sys/stat.h>
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
	/* Not for a file that compaction begins: the old one is there. */
	if (!s->unnamed || s->health == STATES_ANEW)
		(void)unlinkat(s->folder, reserve_name, 0);
	errno = error;
	return ails(s, STATES_FULL);
}

static void
write_twin(struct states *s, size_t n)
{
	if (s->twin == NULL)
		return;
	if (fd_write_all(s->twin->fd, s->pending.data, n) == -1) {
		states_forget(s);
		return;
	}
	s->twin->size += n;
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
			break;
		done += (size_t)n;
		s->size += (uint64_t)n;
		s->unsynced = true;
	}
	if (done > 0)
		write_twin(s, done);
	if (done < s->pending.len)
		return write_failed(s, done);
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
states_mend(struct states *s)
{
	if (s->health == STATES_BROKEN || write_pending(s) == -1 ||
	    reserve_make(s->folder) == -1)
		return -1;
	s->health = s->unnamed ? STATES_ANEW : STATES_GOOD;
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
put_magic(struct states *s)
{
	return str_add(&s->pending, STATES_MAGIC, STATES_MAGIC_LEN);
}

static int
open_existing(struct states *s, uint64_t *past)
{
	char name[STATES_NAME];
	struct stat st;

	states_name(name, s->number, false);
	s->fd = openat(s->folder, name,
	    O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (s->fd == -1 || fstat(s->fd, &st) == -1)
		return -1;
	/* What another run wrote may be unsynced, its name too. */
	s->unsynced = s->unlisted = true;
	if (st.st_size < STATES_MAGIC_LEN)
		return ftruncate(s->fd, 0) == -1 ? -1 : put_magic(s);
	*past = s->size = (uint64_t)st.st_size;
	return 0;
}

int
states_create(struct states *s, const char *name)
{
	s->fd = openat(s->folder, name, O_RDWR | O_CREAT | O_TRUNC |
	    O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->fd == -1)
		return -1;
	s->unlisted = s->unsynced = true;
	return put_magic(s);
}

void
states_init(struct states *s, int folder, uint64_t number)
{
	memset(s, 0, sizeof(*s));
	s->folder = folder;
	s->fd = -1;
	s->number = number;
	str_init(&s->pending, PENDING_MAX);
}

int
states_open(struct states *s, int folder, uint64_t *past)
{
	char name[STATES_NAME];
	uint64_t newest;

	*past = 0;
	if (states_newest(folder, &newest) == -1)
		return -1;
	(void)reserve_make(folder);
	states_init(s, folder, newest == 0 ? 1 : newest);
	if (newest != 0)
		return open_existing(s, past);
	states_name(name, 1, false);
	return states_create(s, name);
}
