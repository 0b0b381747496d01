/*
 * From a Maildir's line ends to those of the wire.  The bytes are mail from
 * strangers: lines of any length, NULs, lone CRs.  Memory does not grow with
 * them, and no line is ever held as a whole.
 */
#include "retrieve.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "wire_relay.h"

/* Doubles at worst, when all are LFs; a last line may need its end. */
#define BLOCK	(FRAME_CHUNK / 2 - 512)

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

/* A CR alone at the very end is part of a line that never ended. */
static void
end_last_line(struct body *b)
{
	if (b->empty && !b->cr)
		return;
	b->cr = false;
	(void)put_end(b);
}

bool
retrieve_is_short(off_t length)
{
	return length < BLOCK;
}

/*
 * A file that was read to its length is over, without asking for an end of
 * file; one that grew or shrank meanwhile is read until there is one.
 */
int
retrieve_body(const struct retrieval *r,
    int (*put)(void *, const struct bytes *, bool), void *ctx)
{
	struct body b = { .lines = r->lines, .header = true, .empty = true };
	unsigned char block[BLOCK];
	struct bytes piece = { .data = b.out };
	off_t seen = 0;
	bool more = true;
	ssize_t n;

	while (more) {
		n = read_block(r->fd, block);
		if (n == -1)
			return -1;
		b.len = 0;
		seen += n;
		more = convert(&b, block, (size_t)n) && n != 0 &&
		    seen != r->length;
		if (!more)
			end_last_line(&b);
		piece.len = b.len;
		if (put(ctx, &piece, more) == -1)
			return -1;
	}
	return 0;
}
