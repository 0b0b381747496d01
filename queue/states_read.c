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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#include "crc.h"
#include "record.h"
#include "states_format.h"

/* A window over the file, always larger than any record. */
enum { WINDOW = 4 * (STATES_SUM + FRAME_MAX) };

struct window {
	int		 fd;
	uint64_t	 at;		/* offset of data[start] */
	size_t		 start, end;
	bool		 over;		/* the file has no more */
	unsigned char	*data;
};

/* Makes sure that a whole record is in the window, if the file has one. */
static int
fill(struct window *w)
{
	ssize_t n;

	if (w->over || w->end - w->start >= STATES_SUM + FRAME_MAX)
		return 0;
	memmove(w->data, w->data + w->start, w->end - w->start);
	w->end -= w->start;
	w->start = 0;
	while (!w->over && w->end < WINDOW) {
		n = pread(w->fd, w->data + w->end, WINDOW - w->end,
		    (off_t)(w->at + w->end));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		w->over = n == 0;
		w->end += (size_t)n;
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

/* Goes over the whole file; found->end moves with each good record. */
static int
read_records(struct window *w, void (*record)(void *, const struct frame *),
    void *ctx, struct states_found *found)
{
	struct frame frame;
	size_t n;

	for (;;) {
		if (fill(w) == -1)
			return -1;
		if (w->start == w->end)
			return 0;
		n = record_at(w->data + w->start, w->end - w->start, &frame);
		if (n == 0) {
			w->start++;
			w->at++;
			continue;
		}
		found->damaged += w->at != found->end;
		w->start += n;
		w->at += n;
		found->end = w->at;
		found->records++;
		record(ctx, &frame);
	}
}

int
states_read(int fd, void (*record)(void *, const struct frame *), void *ctx,
    struct states_found *found)
{
	struct window w = { .fd = fd };
	int result = -1;

	memset(found, 0, sizeof(*found));
	w.data = malloc(WINDOW);
	if (w.data == NULL || fill(&w) == -1)
		goto out;
	if (w.end >= STATES_MAGIC_LEN &&
	    memcmp(w.data, STATES_MAGIC, STATES_MAGIC_LEN) == 0)
		w.start = w.at = found->end = STATES_MAGIC_LEN;
	else
		found->damaged++;
	result = read_records(&w, record, ctx, found);
	found->torn = w.at != found->end;
out:
	free(w.data);
	return result;
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
