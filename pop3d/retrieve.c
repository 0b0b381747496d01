/*
 * From a Maildir's line ends to those of the wire.  The bytes are mail from
 * strangers: lines of any length, NULs, lone CRs.  Memory does not grow with
 * them, and no line is ever held as a whole.
 */
#include "retrieve.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "wire_relay.h"

#define BLOCK	(FRAME_CHUNK / 2)	/* doubles at worst: all LFs */

/* Where in a message the reader stands. */
struct body {
	unsigned char	 out[FRAME_CHUNK];
	size_t		 len;
	uint32_t	 lines;		/* of the body, still wanted */
	bool		 header;	/* still in the header */
	bool		 cr;		/* the byte before was a CR */
	bool		 empty;		/* nothing on this line but that CR */
};

static ssize_t
read_block(int fd, unsigned char *block)
{
	ssize_t n;

	do
		n = read(fd, block, BLOCK);
	while (n == -1 && errno == EINTR);
	return n;
}

int
retrieve_size(int fd, uint64_t *size)
{
	unsigned char block[BLOCK];
	unsigned char last = '\n', before;
	ssize_t n, i;

	*size = 0;
	while ((n = read_block(fd, block)) > 0) {
		*size += (uint64_t)n;
		before = last;
		for (i = 0; i < n; before = block[i++])
			*size += block[i] == '\n' && (before != '\r');
		last = before;
	}
	*size += last == '\n' ? 0 : 2;
	return n == 0 ? 0 : -1;
}

static void
put_bytes(struct body *b, const unsigned char *p, size_t n)
{
	if (n == 0)
		return;
	memcpy(b->out + b->len, p, n);
	b->len += n;
	b->empty = b->empty && !b->cr && n == 1 && *p == '\r';
	b->cr = p[n - 1] == '\r';
}

/* Ends a line; false when it was the last one wanted. */
static bool
put_end(struct body *b)
{
	if (!b->cr)
		b->out[b->len++] = '\r';
	b->out[b->len++] = '\n';
	if (b->header)
		b->header = !b->empty;
	else if (b->lines != RELAY_WHOLE)
		b->lines--;
	b->cr = false;
	b->empty = true;
	return b->header || b->lines > 0;
}

/* Converts one block; false when no more is wanted. */
static bool
convert(struct body *b, const unsigned char *p, size_t n)
{
	const unsigned char *lf;
	size_t part;

	while ((lf = memchr(p, '\n', n)) != NULL) {
		part = (size_t)(lf - p);
		put_bytes(b, p, part);
		if (!put_end(b))
			return false;
		p += part + 1;
		n -= part + 1;
	}
	put_bytes(b, p, n);
	return true;
}

int
retrieve_body(int fd, uint32_t lines,
    int (*put)(void *, const void *, size_t), void *ctx)
{
	struct body b = { .lines = lines, .header = true, .empty = true };
	unsigned char block[BLOCK];
	bool more = true;
	ssize_t n = 0;

	while (more && (n = read_block(fd, block)) > 0) {
		b.len = 0;
		more = convert(&b, block, (size_t)n);
		if (put(ctx, b.out, b.len) == -1)
			return -1;
	}
	if (n == -1)
		return -1;
	/* A CR alone at the very end is part of a line that never ended. */
	if (!b.empty || b.cr) {
		b.cr = false;
		b.len = 0;
		(void)put_end(&b);
		return put(ctx, b.out, b.len);
	}
	return 0;
}
