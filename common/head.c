/*
 * The header of a message as it passes by, byte for byte, in one pass and in
 * bounded memory.  A stranger's header may be anything; what is no field is
 * where the body begins.
 */
#include "head.h"

#include <string.h>

void
head_init(struct head *h, void (*field)(void *, const char *, const char *),
    void *ctx)
{
	h->field = field;
	h->ctx = ctx;
	h->state = HEAD_START;
	h->name_len = 0;
	h->value_len = 0;
}

static void
report(struct head *h)
{
	/* Blanks before a line end that was folded away mean nothing. */
	while (h->value_len > 0 && (h->value[h->value_len - 1] == ' ' ||
	    h->value[h->value_len - 1] == '\t'))
		h->value_len--;
	h->name[h->name_len] = '\0';
	h->value[h->value_len] = '\0';
	if (h->name_len != 0)
		h->field(h->ctx, h->name, h->value);
	h->name_len = 0;
	h->value_len = 0;
}

static void
add_value(struct head *h, char c)
{
	bool blank = c == ' ' || c == '\t';

	if (c == '\r' || (blank && h->value_len == 0))
		return;
	if (h->value_len < sizeof(h->value) - 1)
		h->value[h->value_len++] = c == '\0' ? '?' : c;
}

/* Field names are printable and without blanks [RFC5322 2.2]. */
static bool
is_name_byte(char c)
{
	return c > 0x20 && c < 0x7f;
}

/* At the start of a line: a continuation, a new field, or the end. */
static void
line_start(struct head *h, char c)
{
	if (h->state == HEAD_LINE_END && (c == ' ' || c == '\t')) {
		h->state = HEAD_BODY_OF_FIELD;
		if (h->value_len != 0)
			add_value(h, ' ');
		return;
	}
	report(h);
	if (!is_name_byte(c) || c == ':') {
		h->state = HEAD_OVER;
		return;
	}
	h->state = HEAD_NAME;
	h->name[h->name_len++] = c;
}

static void
name_byte(struct head *h, char c)
{
	if (c == ':')
		h->state = HEAD_BODY_OF_FIELD;
	else if (c == ' ' || c == '\t')
		return;		/* "Subject : x" of RFC 822 days */
	else if (!is_name_byte(c)) {
		h->name_len = 0;
		h->state = HEAD_OVER;
	} else if (h->name_len < sizeof(h->name) - 1)
		h->name[h->name_len++] = c;
}

bool
head_feed(struct head *h, const char *data, size_t n)
{
	size_t i;

	for (i = 0; i < n && h->state != HEAD_OVER; i++) {
		switch (h->state) {
		case HEAD_START:
		case HEAD_LINE_END:
			line_start(h, data[i]);
			break;
		case HEAD_NAME:
			name_byte(h, data[i]);
			break;
		case HEAD_BODY_OF_FIELD:
			if (data[i] == '\n')
				h->state = HEAD_LINE_END;
			else
				add_value(h, data[i]);
			break;
		case HEAD_OVER:
			break;
		}
	}
	return h->state != HEAD_OVER;
}

void
head_end(struct head *h)
{
	if (h->state == HEAD_NAME)
		h->name_len = 0;
	if (h->state != HEAD_OVER)
		report(h);
	h->state = HEAD_OVER;
}
