/*
 * Protocol lines.  What comes in is hostile: only CRLF ends a line, a lone CR
 * or LF or a NUL condemns it (they are how one message is smuggled inside
 * another), and a line longer than its limit is swallowed in linear time
 * without being kept.
 */
#include "line.h"

#include <sys/types.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "out.h"

void
line_init(struct line *l, int fd, struct out *out)
{
	l->fd = fd;
	l->out = out;
	l->start = 0;
	l->end = 0;
}

bool
line_pending(const struct line *l)
{
	return l->start != l->end;
}

/* Reads what is there; before waiting, everything said so far goes out. */
static enum line_result
fill(struct line *l, int64_t deadline)
{
	ssize_t n;

	if (l->start != 0) {
		memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	if (l->out != NULL && out_flush(l->out) == -1)
		return LINE_ERROR;
	for (;;) {
		switch (fd_wait(l->fd, false, deadline)) {
		case 0:
			return LINE_TIMEOUT;
		case -1:
			return errno == EINTR ? LINE_STOP : LINE_ERROR;
		}
		n = read(l->fd, l->buf + l->end, sizeof(l->buf) - l->end);
		if (n > 0) {
			l->end += (size_t)n;
			return LINE_OK;
		}
		if (n == 0)
			return LINE_EOF;
		if (errno == ECONNRESET)
			return LINE_EOF;
		if (errno != EINTR && errno != EAGAIN)
			return LINE_ERROR;
	}
}

/*
 * The state of one line while it is looked for: how many of its buffered
 * bytes were examined, and what was already found wrong with it.
 */
struct search {
	size_t			seen;
	enum line_result	fault;
};

/*
 * Looks at the bytes not yet seen.  True when the CRLF was found; then `seen`
 * is the length of the line with its CRLF.
 */
static bool
find_end(const struct line *l, struct search *s)
{
	const char *p = l->buf + l->start;
	size_t n = l->end - l->start;

	for (; s->seen < n; s->seen++) {
		if (p[s->seen] == '\r' && s->seen + 1 == n)
			return false;	/* the next byte decides */
		if (p[s->seen] == '\r' && p[s->seen + 1] == '\n') {
			s->seen += 2;
			return true;
		}
		if (p[s->seen] == '\r' || p[s->seen] == '\n' ||
		    p[s->seen] == '\0')
			s->fault = LINE_BARE;
	}
	return false;
}

enum line_result
line_get(struct line *l, char **text, size_t *len, size_t max,
    int64_t deadline)
{
	struct search s = { 0, LINE_OK };
	enum line_result r;

	if (max > sizeof(l->buf) - 2)
		die_bug("line_get: limit larger than the buffer");
	while (!find_end(l, &s)) {
		if (s.seen > max) {
			/* Too long already: keep only an undecided CR. */
			if (s.fault == LINE_OK)
				s.fault = LINE_LONG;
			l->start += s.seen;
			s.seen = 0;
		}
		r = fill(l, deadline);
		if (r != LINE_OK)
			return r;
	}
	*text = l->buf + l->start;
	l->start += s.seen;
	if (s.fault == LINE_OK && s.seen - 2 > max)
		s.fault = LINE_LONG;
	*len = s.fault == LINE_OK ? s.seen - 2 : 0;
	(*text)[*len] = '\0';
	return s.fault;
}

enum line_result
line_peek(struct line *l, const char **data, size_t *len, int64_t deadline)
{
	enum line_result r;

	if (!line_pending(l)) {
		r = fill(l, deadline);
		if (r != LINE_OK)
			return r;
	}
	*data = l->buf + l->start;
	*len = l->end - l->start;
	return LINE_OK;
}

void
line_take(struct line *l, size_t n)
{
	if (n > l->end - l->start)
		die_bug("line_take: more than there is");
	l->start += n;
}
