/*
 * The message a report returns.  It is a stranger's and is only copied; how
 * much of it may be looked at is bounded here.
 */
#include "report_source.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "head.h"
#include "limits.h"

enum { BLOCK = 8192 };

/* What one pass over the header finds. */
struct header_scan {
	struct head	head;
	char		*message_id;
	size_t		 id_size;
	char		 tail[4];	/* the last bytes that went by */
	uint64_t	 len;		/* of the header, its CRLF included */
	bool		 over;
};

long
report_source_read(const struct report_source *s, uint64_t at, void *buf,
    size_t n)
{
	ssize_t got;

	if (n > s->size - at)
		n = (size_t)(s->size - at);
	if (n == 0)
		return 0;
	do
		got = pread(s->fd, buf, n, (off_t)(s->offset + at));
	while (got == -1 && errno == EINTR);
	if (got == 0) {			/* shorter than we were told */
		errno = EPIPE;
		return -1;
	}
	return got;
}

static void
see_field(void *ctx, const char *name, const char *value)
{
	struct header_scan *scan = ctx;

	if (strcasecmp(name, "Message-ID") == 0)
		(void)strlcpy(scan->message_id, value, scan->id_size);
}

/* Counts bytes up to the empty line. */
static void
find_end(struct header_scan *scan, const char *p, size_t n)
{
	for (; n > 0 && !scan->over; n--, p++) {
		memmove(scan->tail, scan->tail + 1, sizeof(scan->tail) - 1);
		scan->tail[sizeof(scan->tail) - 1] = *p;
		scan->over = memcmp(scan->tail, "\r\n\r\n", 4) == 0;
		scan->len++;
	}
	if (scan->over)
		scan->len -= 2;		/* the empty line is not part of it */
}

/* Length of the header, at most LIMIT_HEADER; -1 with errno. */
static int
scan_header(struct report_source *s, struct header_scan *scan)
{
	char buf[BLOCK];
	uint64_t at;
	long n;

	for (at = 0; !scan->over && at < LIMIT_HEADER; at += (uint64_t)n) {
		n = report_source_read(s, at, buf, sizeof(buf));
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		(void)head_feed(&scan->head, buf, (size_t)n);
		find_end(scan, buf, (size_t)n);
	}
	head_end(&scan->head);
	return 0;
}

static int
scan_bits(struct report_source *s)
{
	unsigned char buf[BLOCK];
	uint64_t at;
	long n, i;

	for (at = 0; !s->eight_bit; at += (uint64_t)n) {
		n = report_source_read(s, at, buf, sizeof(buf));
		if (n <= 0)
			return (int)n;
		for (i = 0; i < n; i++)
			s->eight_bit |= buf[i] > 0x7f;
	}
	return 0;
}

int
report_source_open(struct report_source *s, bool want_whole,
    uint64_t whole_max, char *message_id, size_t id_size)
{
	struct header_scan scan = {
		.message_id = message_id, .id_size = id_size
	};

	*message_id = '\0';
	s->eight_bit = false;
	s->whole = want_whole && s->size <= whole_max;
	head_init(&scan.head, see_field, &scan);
	if (scan_header(s, &scan) == -1)
		goto unreadable;
	if (!s->whole)
		s->size = scan.len;
	if (scan_bits(s) == -1)
		goto unreadable;
	return 0;
unreadable:
	s->size = 0;
	s->whole = s->eight_bit = false;
	return -1;
}
