/*
 * The machine behind DATA.  It trusts nothing and never guesses: where two
 * systems disagree about the end of a line, one message is smuggled inside
 * another, so whatever is not CRLF condemns the message and ends nothing.
 * It never waits, allocates or fails.
 */
#include "data.h"

#include <string.h>

#include "limits.h"

static void
on_field(void *ctx, const char *name, const char *value)
{
	struct data *d = ctx;

	(void)value;
	if (strcasecmp(name, "Received") == 0)
		d->hops++;
}

void
data_init(struct data *d, uint64_t limit)
{
	d->state = DATA_LINE_START;
	d->fault = DATA_GOOD;
	d->size = 0;
	d->limit = limit;
	d->hops = 0;
	d->in_header = true;
	head_init(&d->head, on_field, d);
}

/* Nothing is worse than smuggling, so that stays. */
static void
blame(struct data *d, enum data_fault fault)
{
	if (d->fault != DATA_BARE)
		d->fault = fault;
}

/* What a byte of ordinary text does, wherever on the line it stands. */
static enum data_state
text_byte(struct data *d, char c)
{
	if (c == '\r')
		return DATA_CR;
	if (c == '\n' || c == '\0')
		blame(d, DATA_BARE);
	return DATA_TEXT;
}

/* The byte after a CR: LF, or the CR was a bare one. */
static enum data_state
after_cr(struct data *d, char c, enum data_state line_end)
{
	if (c == '\n')
		return line_end;
	blame(d, DATA_BARE);
	return text_byte(d, c);
}

/* The state after c.  *keep: whether c is part of the message. */
static enum data_state
step(struct data *d, char c, bool *keep)
{
	switch (d->state) {
	case DATA_LINE_START:
		if (c != '.')
			break;
		*keep = false;
		return DATA_DOT;
	case DATA_DOT:
		if (c != '\r')
			break;
		*keep = false;
		return DATA_DOT_CR;
	case DATA_DOT_CR:
		*keep = false;
		return after_cr(d, c, DATA_OVER);
	case DATA_CR:
		return after_cr(d, c, DATA_LINE_START);
	case DATA_TEXT:
	case DATA_OVER:
		break;
	}
	return text_byte(d, c);
}

/* Counts and judges the n bytes that were kept. */
static void
judge(struct data *d, const char *kept, size_t n)
{
	d->size += n;
	if (d->limit != 0 && d->size > d->limit)
		blame(d, DATA_TOO_BIG);
	if (d->in_header)
		d->in_header = head_feed(&d->head, kept, n);
	if (d->hops > LIMIT_HOPS)
		blame(d, DATA_LOOP);
}

size_t
data_feed(struct data *d, const char *in, size_t n, char *out,
    size_t *out_len)
{
	size_t used, kept = 0;
	bool keep;

	for (used = 0; used < n && d->state != DATA_OVER; used++) {
		keep = true;
		d->state = step(d, in[used], &keep);
		if (keep)
			out[kept++] = in[used];
	}
	judge(d, out, kept);
	if (d->state == DATA_OVER && d->in_header) {
		head_end(&d->head);
		d->in_header = false;
		judge(d, out, 0);
	}
	*out_len = kept;
	return used;
}
