/*
 * From the queue's form to the mailbox's, in one pass: a filter over the
 * header that drops Return-Path fields, then CRLF becomes LF.  The message is
 * a stranger's; nothing in it decides about more than its own lines.
 */
#include "copy.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "fd.h"
#include "head.h"
#include "letter.h"

enum { BLOCK = 32 * 1024 };

/* Where in the header the filter stands. */
enum place {
	AT_LINE,	/* the first byte of a line comes next */
	IN_NAME,	/* name[] holds the line so far */
	IN_FIELD,	/* to be kept to its end */
	IN_DROPPED,	/* to be dropped to its end */
	IN_BODY		/* the header is over */
};

struct copy {
	int		 to;
	int		 error;		/* errno of a failed write */
	struct copy_size size;
	bool		 held_cr;	/* a CR whose LF may follow */
	char		 last;
	size_t		 len;
	char		 out[BLOCK];

	enum place	 place;
	bool		 dropped;	/* the last field was */
	size_t		 name_len;
	char		 name[80];

	const char	*address;
	bool		 loop;
	struct head	 head;
};

/* --- writing ---------------------------------------------------------- */

static void
flush(struct copy *c)
{
	if (c->error == 0 && fd_write_all(c->to, c->out, c->len) == -1)
		c->error = errno;
	c->len = 0;
}

static void
store(struct copy *c, const char *data, size_t n)
{
	const char *p = data, *end = data + n;
	size_t part;

	if (n == 0)
		return;
	c->size.stored += n;
	c->size.wire += n;
	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		c->size.wire++;
		p++;
	}
	c->last = end[-1];
	for (; n > 0; data += part, n -= part) {
		if (c->len == sizeof(c->out))
			flush(c);
		part = sizeof(c->out) - c->len;
		if (part > n)
			part = n;
		memcpy(c->out + c->len, data, part);
		c->len += part;
	}
}

/* CRLF becomes LF; a CR that no LF follows stays (there should be none). */
static void
put(struct copy *c, const char *data, size_t n)
{
	const char *cr;
	size_t run;

	while (n > 0) {
		if (c->held_cr && *data != '\n')
			store(c, "\r", 1);
		c->held_cr = false;
		cr = memchr(data, '\r', n);
		run = cr == NULL ? n : (size_t)(cr - data);
		store(c, data, run);
		if (cr != NULL) {
			c->held_cr = true;
			run++;
		}
		data += run;
		n -= run;
	}
}

/* --- the header ------------------------------------------------------- */

static void
keep_name(struct copy *c, enum place place)
{
	put(c, c->name, c->name_len);
	c->name_len = 0;
	c->place = place;
}

/* The colon has come: is it a field to drop? */
static void
end_name(struct copy *c)
{
	size_t n = c->name_len;

	while (n > 0 && (c->name[n - 1] == ' ' || c->name[n - 1] == '\t'))
		n--;
	c->dropped = n == strlen("Return-Path") &&
	    strncasecmp(c->name, "Return-Path", n) == 0;
	if (c->dropped) {
		c->name_len = 0;
		c->place = IN_DROPPED;
	} else
		keep_name(c, IN_FIELD);
}

/* A byte of what may be a field name; a line that has none ends the header. */
static void
name_byte(struct copy *c, char byte)
{
	char before = c->name_len == 0 ? '\0' : c->name[c->name_len - 1];

	if (byte == ':' && c->name_len > 0) {
		end_name(c);
		put(c, ":", c->place == IN_FIELD);
		return;
	}
	if (c->name_len == sizeof(c->name))
		keep_name(c, IN_FIELD);
	else if (byte != ' ' && byte != '\t' &&
	    (!isgraph((unsigned char)byte) || before == ' ' ||
	    before == '\t' || byte == ':'))
		keep_name(c, IN_BODY);
	if (c->place == IN_NAME)
		c->name[c->name_len++] = byte;
	else
		put(c, &byte, 1);
}

/* The first byte of a line. */
static void
line_byte(struct copy *c, char byte)
{
	if (byte == ' ' || byte == '\t') {
		c->place = c->dropped ? IN_DROPPED : IN_FIELD;
		put(c, &byte, !c->dropped);
		return;
	}
	c->dropped = false;
	c->place = IN_NAME;
	name_byte(c, byte);
}

/* The rest of a line that is kept or dropped; how many bytes it took. */
static size_t
pass_line(struct copy *c, const char *data, size_t n)
{
	const char *lf = memchr(data, '\n', n);
	size_t run = lf == NULL ? n : (size_t)(lf - data) + 1;

	if (c->place == IN_FIELD)
		put(c, data, run);
	if (lf != NULL)
		c->place = AT_LINE;
	return run;
}

static void
filter(struct copy *c, const char *data, size_t n)
{
	size_t i = 0;

	while (i < n) {
		switch (c->place) {
		case AT_LINE:
			line_byte(c, data[i++]);
			break;
		case IN_NAME:
			name_byte(c, data[i++]);
			break;
		case IN_FIELD:
		case IN_DROPPED:
			i += pass_line(c, data + i, n - i);
			break;
		case IN_BODY:
			put(c, data + i, n - i);
			return;
		}
	}
}

/* A message that was here before comes back: that is a loop [RFC9228 2]. */
static void
on_field(void *ctx, const char *name, const char *value)
{
	struct copy *c = ctx;

	if (strcasecmp(name, "Delivered-To") == 0 &&
	    strcasecmp(value, c->address) == 0)
		c->loop = true;
}

/* --- all of it -------------------------------------------------------- */

static void
put_front(struct copy *c, const struct letter *l)
{
	char line[2 * LETTER_ADDRESS];
	int n;

	n = snprintf(line, sizeof(line), "Return-Path: <%s>\r\n", l->reverse);
	put(c, line, (size_t)n);
	n = snprintf(line, sizeof(line), "Delivered-To: %s\r\n", c->address);
	put(c, line, (size_t)n);
}

static void
finish(struct copy *c)
{
	if (c->place == IN_NAME)
		keep_name(c, IN_BODY);
	if (c->held_cr)
		store(c, "\r", 1);
	if (c->last != '\n')
		store(c, "\n", 1);
	flush(c);
}

enum copy_result
copy_letter(const struct letter *l, const char *address, int to,
    struct copy_size *size)
{
	struct copy c = { .to = to, .place = AT_LINE, .address = address };
	char block[BLOCK];
	uint64_t at = 0;
	size_t n;

	head_init(&c.head, on_field, &c);
	put_front(&c, l);
	for (; at < l->size && c.error == 0 && !c.loop; at += n) {
		n = l->size - at < BLOCK ? (size_t)(l->size - at) : BLOCK;
		if (fd_pread_all(l->fd, block, n, l->offset + (off_t)at) == -1)
			return COPY_UNREADABLE;
		(void)head_feed(&c.head, block, n);
		filter(&c, block, n);
	}
	head_end(&c.head);
	if (c.loop)
		return COPY_LOOP;
	finish(&c);
	*size = c.size;
	errno = c.error;
	return c.error == 0 ? COPY_OK : COPY_FAILED;
}
