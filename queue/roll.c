/*
 * Rolls of recipients.  The same packed form stays with a recipient for its
 * whole life, so taking a roll into a message is one copy of bytes.
 */
#include "roll.h"

#include <errno.h>
#include <string.h>

#include "limits.h"

void
roll_init(struct roll *r)
{
	str_init(&r->text, LIMIT_ENVELOPE);
	r->count = 0;
}

void
roll_free(struct roll *r)
{
	str_free(&r->text);
	r->count = 0;
}

void
roll_clear(struct roll *r)
{
	str_clear(&r->text);
	r->count = 0;
}

/* What was added in part is taken back. */
static int
undo(struct roll *r, size_t len)
{
	r->text.len = len;
	r->text.failed = false;
	return -1;
}

int
roll_add(struct roll *r, unsigned flags, const char *const texts[TEXT_COUNT])
{
	size_t i, len = r->text.len;

	if (str_putc(&r->text, (char)flags) == -1)
		return undo(r, len);
	for (i = 0; i < TEXT_COUNT; i++)
		if (str_add(&r->text, texts[i], strlen(texts[i]) + 1) == -1)
			return undo(r, len);
	r->count++;
	return 0;
}

int
roll_copy(struct roll *r, unsigned flags, const char *packed)
{
	size_t len = r->text.len;

	if (str_putc(&r->text, (char)flags) == -1 ||
	    str_add(&r->text, packed, packed_size(packed)) == -1)
		return undo(r, len);
	r->count++;
	return 0;
}

/* Bytes of one recipient, flags and all; 0 when it is not whole. */
static size_t
whole_size(const char *p, size_t n)
{
	const char *from = p, *end;
	unsigned i;

	if (n-- == 0)
		return 0;
	for (p++, i = 0; i < TEXT_COUNT; i++) {
		end = memchr(p, '\0', n);
		if (end == NULL)
			return 0;
		n -= (size_t)(end - p) + 1;
		p = end + 1;
	}
	return (size_t)(p - from);
}

int
roll_take(struct roll *r, const void *packed, size_t n, unsigned keep)
{
	const struct roll before = *r;
	const char *p = packed;
	size_t size;

	for (; n > 0; p += size, n -= size) {
		size = whole_size(p, n);
		if (size != 0 && roll_copy(r, (unsigned char)*p & keep,
		    p + 1) == 0)
			continue;
		if (size == 0)
			errno = EBADMSG;
		r->count = before.count;
		return undo(r, before.text.len);
	}
	return 0;
}

const char *
roll_next(const struct roll *r, size_t *at, unsigned *flags)
{
	const char *packed;

	if (*at >= r->text.len)
		return NULL;
	*flags = (unsigned char)r->text.data[*at];
	packed = r->text.data + *at + 1;
	*at += 1 + packed_size(packed);
	return packed;
}

const char *
packed_text(const char *packed, enum rcpt_text which)
{
	unsigned i;

	for (i = 0; i < which; i++)
		packed += strlen(packed) + 1;
	return packed;
}

size_t
packed_size(const char *packed)
{
	return (size_t)(packed_text(packed, TEXT_COUNT) - packed);
}
