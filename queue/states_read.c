/*
 * Reads the states log at start.  No byte of it is trusted: a record counts
 * when its length is possible, its type known and its checksum right.  Half
 * a record at the end is what a crash leaves and is ignored; damage in the
 * middle is skipped, byte by byte, up to the next good record.
 */
#include "states.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#include "crc.h"
#include "record.h"
#include "states_format.h"

/* A window over the file, always larger than any record. */
enum {
	WINDOW = 4 * (STATES_SUM + FRAME_MAX),
	STEP = 1024		/* records, or bytes that are none */
};

struct states_reader {
	int		 fd;
	bool		 begun;
	bool		 over;		/* the file has no more */
	uint64_t	 limit;		/* nothing is read behind it */
	uint64_t	 at;		/* offset of data[start] */
	size_t		 start, end;
	struct states_found found;
	unsigned char	 data[WINDOW];
};

/* Makes sure that a whole record is in the window, if the file has one. */
static int
fill(struct states_reader *r)
{
	uint64_t left;
	size_t room;
	ssize_t n;

	if (r->over || r->end - r->start >= STATES_SUM + FRAME_MAX)
		return 0;
	memmove(r->data, r->data + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
	while (!r->over && r->end < WINDOW) {
		left = r->limit - (r->at + r->end);
		room = left < WINDOW - r->end ? (size_t)left : WINDOW - r->end;
		n = pread(r->fd, r->data + r->end, room,
		    (off_t)(r->at + r->end));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		r->over = n == 0;
		r->end += (size_t)n;
	}
	return 0;
}

static uint32_t
get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Bytes of the good record at p, of which n are there; 0 when none is. */
static size_t
record_at(const unsigned char *p, size_t n, struct frame *frame)
{
	uint32_t len;
	unsigned type;

	if (n < STATES_SUM + FRAME_HEAD)
		return 0;
	len = get_u32(p + STATES_SUM);
	type = (unsigned)p[STATES_SUM + 4] << 8 | p[STATES_SUM + 5];
	if (len < FRAME_HEAD || len > FRAME_MAX || len > n - STATES_SUM ||
	    type < RECORD_BOOT || type >= RECORD_END ||
	    crc32c(0, p + STATES_SUM, len) != get_u32(p))
		return 0;
	memcpy(frame->data, p + STATES_SUM, len);
	return frame_check(frame, len) == -1 ? 0 : STATES_SUM + len;
}

struct states_reader *
states_reader_new(int fd, uint64_t n)
{
	struct states_reader *r = malloc(sizeof(*r));

	if (r == NULL)
		return NULL;
	memset(r, 0, offsetof(struct states_reader, data));
	r->fd = fd;
	r->limit = n;
	return r;
}

void
states_reader_free(struct states_reader *r)
{
	free(r);
}

const struct states_found *
states_reader_found(const struct states_reader *r)
{
	return &r->found;
}

static int
read_magic(struct states_reader *r)
{
	if (fill(r) == -1)
		return -1;
	r->begun = true;
	if (r->end >= STATES_MAGIC_LEN &&
	    memcmp(r->data, STATES_MAGIC, STATES_MAGIC_LEN) == 0)
		r->start = r->at = r->found.end = STATES_MAGIC_LEN;
	else
		r->found.damaged++;
	return 0;
}

/* One record, or one byte that begins none; 1, or 0 at the end. */
static int
read_one(struct states_reader *r, void (*record)(void *,
    const struct frame *), void *ctx)
{
	struct frame frame;
	size_t n;

	if (fill(r) == -1)
		return -1;
	if (r->start == r->end) {
		r->found.torn = r->at != r->found.end;
		return 0;
	}
	n = record_at(r->data + r->start, r->end - r->start, &frame);
	if (n == 0) {
		r->start++;
		r->at++;
		return 1;
	}
	/* What was torn when a run ended stands before the next one's. */
	r->found.damaged += r->at != r->found.end &&
	    frame.verb != RECORD_BOOT;
	r->start += n;
	r->at += n;
	r->found.end = r->at;
	r->found.records++;
	record(ctx, &frame);
	return 1;
}

int
states_reader_step(struct states_reader *r, void (*record)(void *,
    const struct frame *), void *ctx)
{
	int i, n = 1;

	if (!r->begun && read_magic(r) == -1)
		return -1;
	for (i = 0; i < STEP && n == 1; i++)
		n = read_one(r, record, ctx);
	return n;
}

int
states_read(int fd, void (*record)(void *, const struct frame *), void *ctx,
    struct states_found *found)
{
	struct states_reader *r = states_reader_new(fd, INT64_MAX);
	int n;

	memset(found, 0, sizeof(*found));
	if (r == NULL)
		return -1;
	while ((n = states_reader_step(r, record, ctx)) == 1)
		;
	*found = r->found;
	states_reader_free(r);
	return n;
}

/* --- which file ------------------------------------------------------- */

/* The number in "states.N", 0 when the name is another. */
static uint64_t
number_of(const char *name)
{
	const char *error;
	long long n;

	if (strncmp(name, "states.", 7) != 0)
		return 0;
	n = strtonum(name + 7, 1, INT64_MAX - 1, &error);
	return error == NULL ? (uint64_t)n : 0;
}

static int
each_name(int folder, void (*fn)(int, const char *, uint64_t *),
    uint64_t *number)
{
	struct dirent *entry;
	DIR *dir;
	int error, fd;

	fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	dir = fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	while ((errno = 0, entry = readdir(dir)) != NULL)
		fn(folder, entry->d_name, number);
	error = errno;
	closedir(dir);
	errno = error;
	return error == 0 ? 0 : -1;
}

static void
find_newest(int folder, const char *name, uint64_t *newest)
{
	uint64_t n = number_of(name);

	(void)folder;
	if (n > *newest)
		*newest = n;
}

static void
remove_older(int folder, const char *name, uint64_t *newest)
{
	uint64_t n = number_of(name);

	if (strncmp(name, "states.", 7) == 0 && n != *newest)
		(void)unlinkat(folder, name, 0);
}

int
states_newest(int folder, uint64_t *number)
{
	*number = 0;
	if (each_name(folder, find_newest, number) == -1)
		return -1;
	return each_name(folder, remove_older, number);
}
