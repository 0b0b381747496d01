/*
 * Reads the arrivals log.  No byte of it is trusted: a power cut may have
 * torn any part that was not synced, and a disk may have changed the rest.
 */
#include "arrivals_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#include "crc.h"

enum { WINDOW = 64 * 1024 };

void
arrivals_reader_init(struct arrivals_reader *r, int fd)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
}

/* 1, or 0 when the file ends before n bytes, or -1. */
static int
read_at(int fd, void *to, size_t n, off_t at)
{
	if (fd_pread_all(fd, to, n, at) == 0)
		return 1;
	return errno == EPIPE ? 0 : -1;
}

/* 1 when what follows a head is whole, 0 when not, or -1. */
static int
check(int fd, const struct arrivals_head *head, off_t at)
{
	unsigned char window[WINDOW];
	uint32_t left = head->length, crc = 0;
	size_t n;
	int got;

	for (; left > 0; left -= (uint32_t)n, at += (off_t)n) {
		n = left < WINDOW ? left : WINDOW;
		got = read_at(fd, window, n, at);
		if (got != 1)
			return got;
		crc = crc32c(crc, window, n);
	}
	return crc == head->crc;
}

static int
read_cut(int fd, struct arrivals_record *record)
{
	unsigned char bytes[ARRIVALS_CUT_SIZE];
	int got = read_at(fd, bytes, sizeof(bytes), record->at);

	if (got == 1)
		arrivals_get_cut(bytes, &record->cut);
	return got;
}

int
arrivals_next(struct arrivals_reader *r, struct arrivals_record *record)
{
	unsigned char bytes[ARRIVALS_HEAD];
	int got = read_at(r->fd, bytes, sizeof(bytes), r->at);

	if (got != 1)
		return got;
	if (!arrivals_get_head(bytes, &record->head))
		return 0;
	if (r->generation != 0 &&
	    (record->head.generation != r->generation ||
	    record->head.sequence != r->sequence))
		return 0;
	record->at = r->at + ARRIVALS_HEAD;
	got = check(r->fd, &record->head, record->at);
	if (got == 1 && record->head.type == ARRIVALS_CUT)
		got = read_cut(r->fd, record);
	if (got != 1)
		return got;
	r->generation = record->head.generation;
	r->sequence = record->head.sequence + 1;
	r->at = record->at + (off_t)record->head.length;
	return 1;
}

/* --- what stands further behind ----------------------------------------- */

/* A whole record of this generation: its length, 0 when it is none, or -1. */
static ssize_t
record_of(const struct arrivals_reader *r, const unsigned char *bytes,
    off_t at)
{
	struct arrivals_head head;
	int got;

	if (memcmp(bytes, "arv", 3) != 0 ||
	    !arrivals_get_head(bytes, &head) ||
	    head.generation != r->generation || head.sequence < r->sequence)
		return 0;
	got = check(r->fd, &head, at + ARRIVALS_HEAD);
	return got != 1 ? got : (ssize_t)(ARRIVALS_HEAD + head.length);
}

/* Goes over a window; *step says how far the next one begins behind it. */
static int
count_in(const struct arrivals_reader *r, const unsigned char *window,
    size_t n, off_t at, size_t *step, uint64_t *count)
{
	size_t i = 0;
	ssize_t len;

	while (i + ARRIVALS_HEAD <= n) {
		len = record_of(r, window + i, at + (off_t)i);
		if (len == -1)
			return -1;
		*count += len > 0;
		i += len > 0 ? (size_t)len : 1;
	}
	*step = i;
	return 0;
}

int
arrivals_beyond(const struct arrivals_reader *r, uint64_t *count)
{
	unsigned char *window = malloc(WINDOW);
	off_t at = r->at;
	size_t step;
	ssize_t n;

	*count = 0;
	if (window == NULL)
		return -1;
	while ((n = pread(r->fd, window, WINDOW, at)) >= ARRIVALS_HEAD) {
		if (count_in(r, window, (size_t)n, at, &step, count) == -1)
			break;
		at += (off_t)step;
	}
	free(window);
	return n < 0 || n >= ARRIVALS_HEAD ? -1 : 0;
}
