/*
 * Reads text files line by line.  The files are written by administrators,
 * and by users who keep a mailing list; nothing in them is trusted: a line is
 * measured and its bytes are checked before it goes to a parser.
 */
#include "conf_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "limits.h"

static char *
allocate(size_t n)
{
	char *p = malloc(n);

	if (p == NULL)
		die_temp("text");
	return p;
}

void
lines_init(struct lines *l, int fd, size_t max)
{
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->left = max;
	l->room = LIMIT_ALIAS_LINE + 1;
	l->buf = allocate(l->room);
}

void
lines_init_text(struct lines *l, const char *text, size_t len)
{
	memset(l, 0, sizeof(*l));
	l->fd = -1;
	l->over = true;
	l->room = len + 1;
	l->buf = allocate(l->room);
	if (len != 0)
		memcpy(l->buf, text, len);
	l->end = len;
}

void
lines_free(struct lines *l)
{
	free(l->buf);
	l->buf = NULL;
}

/*
 * The length of a UTF-8 character at p [RFC3629 4], 0 when it is none: no
 * overlong form, no surrogate, nothing past U+10FFFF, and no control
 * character of the second block (U+0080 to U+009F) either.
 */
static size_t
utf8_length(const unsigned char *p, size_t left)
{
	static const struct {
		unsigned char	first, last;	/* of the first byte */
		unsigned char	low, high;	/* of the second one */
		size_t		length;
	} forms[] = {
		{ 0xc2, 0xc2, 0xa0, 0xbf, 2 }, { 0xc3, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 }
	};
	size_t i = 0, k;

	while (p[0] > forms[i].last)
		if (++i == sizeof(forms) / sizeof(forms[0]))
			return 0;
	if (p[0] < forms[i].first || left < forms[i].length ||
	    p[1] < forms[i].low || p[1] > forms[i].high)
		return 0;
	for (k = 2; k < forms[i].length; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return forms[i].length;
}

const char *
lines_fault(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = 1;
		if (*p == '\0')
			return "a NUL byte in the line";
		if (*p == '\r')
			return "a carriage return in the line: lines end "
			    "with a newline alone";
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return "a control byte in the line";
		if (*p >= 0x80 && (n = utf8_length(p, len)) == 0)
			return "the line is not UTF-8";
	}
	return NULL;
}

/* Gets more bytes behind those that wait. */
static void
fill(struct lines *l)
{
	ssize_t n;

	if (l->start > 0) {
		memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	do
		n = read(l->fd, l->buf + l->end, l->room - l->end);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		die_temp("cannot read the file");
	if (n == 0)
		l->over = true;
	l->end += (size_t)n;
}

/* Skips the rest of a line that does not fit. */
static void
skip(struct lines *l)
{
	char *nl;

	for (;;) {
		nl = memchr(l->buf + l->start, '\n', l->end - l->start);
		if (nl != NULL || l->over)
			break;
		l->start = l->end;
		fill(l);
	}
	l->start = nl == NULL ? l->end : (size_t)(nl - l->buf) + 1;
}

static enum lines_got
bad(struct lines *l, const char *why)
{
	l->why = why;
	return LINES_BAD;
}

static enum lines_got
finish(struct lines *l, char **text, size_t len, size_t eaten)
{
	const char *why;

	*text = l->buf + l->start;
	l->start += eaten;
	if (l->fd != -1 && eaten > l->left) {
		l->over = true;
		l->start = l->end;
		return bad(l, "the file is too large");
	}
	l->left -= l->fd == -1 ? 0 : eaten;
	why = lines_fault(*text, len);
	if (why != NULL)
		return bad(l, why);
	(*text)[len] = '\0';
	return LINES_LINE;
}

enum lines_got
lines_next(struct lines *l, char **text)
{
	char *nl;
	size_t len;

	l->number++;
	for (;;) {
		len = l->end - l->start;
		nl = memchr(l->buf + l->start, '\n', len);
		if (nl != NULL) {
			len = (size_t)(nl - l->buf) - l->start;
			return finish(l, text, len, len + 1);
		}
		if (l->over)
			break;
		if (len == l->room) {
			skip(l);
			return bad(l, "the line is too long");
		}
		fill(l);
	}
	if (len == 0) {
		l->number--;
		return LINES_OVER;
	}
	/* A last line without a newline still leaves room for its NUL, or
	 * it would have been too long. */
	return finish(l, text, len, len);
}
