/*
 * Bundles of frames.  The reader trusts no length: a frame inside is taken
 * only as far as the packet really goes, and a bundle in a bundle is none.
 */
#include "bundle.h"

#include <errno.h>

#include "fd.h"

/* A bundle begins as a frame without fields. */
static const struct wire	empty = {
	FRAME_BUNDLE, "BUNDLE", 0, 0, NULL, 0
};

static void
put_length(struct frame *frame)
{
	size_t i;

	for (i = 0; i < 4; i++)
		frame->data[i] = (unsigned char)(frame->len >> (24 - 8 * i));
}

void
bundle_clear(struct bundle *b)
{
	b->count = 0;
	(void)frame_put(&b->frame, &empty, NULL);
}

int
bundle_add(struct bundle *b, const struct wire *wire, const void *msg)
{
	struct frame *f = &b->frame;
	size_t n = frame_write(f->data + f->len, sizeof(f->data) - f->len,
	    wire, msg);

	if (n == 0)
		return -1;
	f->len += n;
	put_length(f);
	b->count++;
	return 0;
}

uint16_t
bundle_verb(const struct bytes *one)
{
	return (uint16_t)(one->data[4] << 8 | one->data[5]);
}

int
bundle_next(const struct frame *frame, size_t *at, struct bytes *one)
{
	size_t from = *at == 0 ? FRAME_HEAD : *at, left = frame->len - from;
	const unsigned char *p = frame->data + from;

	if (left == 0 && *at != 0)
		return 0;
	one->data = p;
	one->len = 0;
	if (left >= FRAME_HEAD)
		one->len = (size_t)p[0] << 24 | (size_t)p[1] << 16 |
		    (size_t)p[2] << 8 | p[3];
	if (one->len < FRAME_HEAD || one->len > left ||
	    bundle_verb(one) == FRAME_BUNDLE) {
		errno = EPROTO;
		return -1;
	}
	*at = from + one->len;
	return 1;
}
